package io.gaia.sdk.internal.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** Issues certificates for the names that hosts ask for. */
final class TestAuthority {
    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));
    private static final byte[] RSA_SHA256 = Der.sequence(Der.identifier("1.2.840.113549.1.1.11"), Der.none());

    private final boolean original;
    private final KeyPair keys;
    final X509Certificate certificate;
    private long serial;

    /** As Gaia: P-256, and leafs have a subject of their own. */
    TestAuthority() {
        this(false);
    }

    private TestAuthority(boolean original) {
        this.original = original;
        this.keys = generate();
        this.certificate = sign("authority", keys, true);
    }

    /** As the original Gaia: RSA, and leafs have the subject of their authority. */
    static TestAuthority original() {
        return new TestAuthority(true);
    }

    /** A certificate and its key. */
    static final class Pair {
        final X509Certificate certificate;
        final KeyPair keys;

        Pair(X509Certificate certificate, KeyPair keys) {
            this.certificate = certificate;
            this.keys = keys;
        }
    }

    Pair issue() {
        KeyPair leaf = generate();
        return new Pair(sign(original ? "authority" : "leaf", leaf, false), leaf);
    }

    /** Writes what a program is given into a folder, and answers the environment that names it. */
    Map<String, String> environment(Path folder) throws IOException, GeneralSecurityException {
        Pair pair = issue();
        Path own = folder.resolve("own.pem");
        Path key = folder.resolve("key.pem");
        Path authority = folder.resolve("authority.pem");
        Files.writeString(own, pem("CERTIFICATE", pair.certificate.getEncoded()));
        Files.writeString(key, pem("PRIVATE KEY", pair.keys.getPrivate().getEncoded()));
        Files.writeString(authority, pem("CERTIFICATE", certificate.getEncoded()));
        return Map.of(
                "GAIA_PLUGIN_CERT", own.toString(),
                "GAIA_PLUGIN_KEY", key.toString(),
                "GAIA_PLUGIN_CA_CERT", authority.toString());
    }

    private static String pem(String label, byte[] bytes) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private X509Certificate sign(String name, KeyPair of, boolean authority) {
        Instant now = Instant.now();
        byte[] algorithm = original ? RSA_SHA256 : ECDSA_SHA256;
        byte[] content = Der.sequence(
                Der.tagged(0, Der.integer(BigInteger.TWO)),
                Der.integer(BigInteger.valueOf(++serial)),
                algorithm,
                subject("authority"),
                Der.sequence(Der.time(now.minus(Duration.ofHours(1))), Der.time(now.plus(Duration.ofHours(1)))),
                subject(name),
                of.getPublic().getEncoded(),
                Der.tagged(3, authority ? extensionsOfAuthority() : extensionsOfLeaf()));
        try {
            Signature signature = Signature.getInstance(original ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(content);
            byte[] signed = Der.sequence(content, algorithm, Der.bits(signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
        } catch (GeneralSecurityException bug) {
            throw new IllegalStateException(bug);
        }
    }

    private static byte[] subject(String name) {
        return Der.sequence(Der.set(Der.sequence(Der.identifier("2.5.4.3"), Der.text(name))));
    }

    private static byte[] extensionsOfAuthority() {
        byte[] constraints = Der.octets(Der.sequence(Der.yes()));
        return Der.sequence(Der.sequence(Der.identifier("2.5.29.19"), Der.yes(), constraints));
    }

    private static byte[] extensionsOfLeaf() {
        byte[] names = Der.octets(Der.sequence(Der.dnsName("gaia-pipeline.io"), Der.dnsName("unused")));
        byte[] serverAndClient = Der.octets(
                Der.sequence(Der.identifier("1.3.6.1.5.5.7.3.1"), Der.identifier("1.3.6.1.5.5.7.3.2")));
        return Der.sequence(
                Der.sequence(Der.identifier("2.5.29.17"), names),
                Der.sequence(Der.identifier("2.5.29.37"), serverAndClient));
    }

    private KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(original ? "RSA" : "EC");
            if (original) {
                generator.initialize(2048);
            } else {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException bug) {
            throw new IllegalStateException(bug);
        }
    }
}
