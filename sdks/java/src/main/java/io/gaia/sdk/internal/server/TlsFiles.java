package io.gaia.sdk.internal.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificate, key and authority, from the PEM files that the host names in the environment. */
final class TlsFiles {
    private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String END_KEY = "-----END PRIVATE KEY-----";
    private static final char[] NO_PASSWORD = {};

    private final Map<String, String> environment;

    TlsFiles(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * What both ends prove themselves with.
     *
     * @throws StartException when a file is missing, or is not what it should be
     */
    SSLContext context() {
        Certificate[] chain = certificates("GAIA_PLUGIN_CERT");
        Certificate[] authority = certificates("GAIA_PLUGIN_CA_CERT");
        PrivateKey key = key("GAIA_PLUGIN_KEY", chain[0].getPublicKey().getAlgorithm());
        try {
            KeyStore own = emptyStore();
            own.setKeyEntry("program", key, NO_PASSWORD, chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            KeyStore trusted = emptyStore();
            for (int index = 0; index < authority.length; index++) {
                trusted.setCertificateEntry("authority-" + index, authority[index]);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException unfit) {
            throw new StartException(
                    "The certificate and the key that Gaia gave do not fit: " + unfit.getMessage(), unfit);
        }
    }

    /** JKS, since the default format derives a key from a password, which takes 50 ms of every start. */
    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        return store;
    }

    private Certificate[] certificates(String name) {
        byte[] pem = read(name);
        try {
            Certificate[] found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .toArray(new Certificate[0]);
            if (found.length > 0) {
                return found;
            }
        } catch (GeneralSecurityException unfit) {
            throw new StartException(about(name) + "is no certificate: " + unfit.getMessage(), unfit);
        }
        throw new StartException(about(name) + "has no certificate in it.", null);
    }

    private PrivateKey key(String name, String algorithm) {
        String pem = new String(read(name), StandardCharsets.US_ASCII);
        int begin = pem.indexOf(BEGIN_KEY);
        int end = pem.indexOf(END_KEY);
        if (begin < 0 || end < begin) {
            throw new StartException(about(name) + "is no PKCS#8 key (" + BEGIN_KEY + ").", null);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN_KEY.length(), end));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException unfit) {
            throw new StartException(about(name) + "is no key for the certificate: " + unfit.getMessage(), unfit);
        }
    }

    private byte[] read(String name) {
        try {
            return Files.readAllBytes(Path.of(environment.getOrDefault(name, "")));
        } catch (NoSuchFileException missing) {
            throw new StartException(about(name) + "does not exist.", missing);
        } catch (IOException unreadable) {
            throw new StartException(about(name) + "cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private String about(String name) {
        String path = environment.getOrDefault(name, "");
        return path.isEmpty()
                ? "The file of " + name + ", which is not set, "
                : "The file " + path + " of " + name + " ";
    }
}
