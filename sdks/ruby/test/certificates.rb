# frozen_string_literal: true

require "openssl"

# An authority and a certificate, as Gaia makes them for each start: P-256, PKCS#8, the name `unused`. PEM files in a
# folder: `ca.crt`, `leaf.crt` and `leaf.key`; the leaf serves and asks.
class Certificates
  def initialize(folder)
    @folder = folder
    authority_key = key
    authority = certificate("/O=gaia-test", authority_key, [["basicConstraints", "CA:TRUE", true]])
    leaf_key = key
    # Another subject than the authority's: OpenSSL would take it for self-signed.
    leaf = certificate(
      "/O=gaia-test/CN=program", leaf_key,
      [["subjectAltName", "DNS:gaia-pipeline.io,DNS:unused"], ["extendedKeyUsage", "serverAuth,clientAuth"]],
      authority, authority_key
    )
    { "ca.crt" => authority.to_pem, "leaf.crt" => leaf.to_pem, "leaf.key" => leaf_key.private_to_pem }
      .each { |name, pem| File.write(path(name), pem) }
  end

  def path(name) = File.join(@folder, name)

  def read(name) = File.read(path(name))

  # What Gaia sets for a program.
  def environment
    {
      "GAIA_PLUGIN_CERT" => path("leaf.crt"),
      "GAIA_PLUGIN_KEY" => path("leaf.key"),
      "GAIA_PLUGIN_CA_CERT" => path("ca.crt")
    }
  end

  private

  def key = OpenSSL::PKey::EC.generate("prime256v1")

  def certificate(subject, key, extensions, issuer = nil, issuer_key = key)
    certificate = OpenSSL::X509::Certificate.new
    certificate.version = 2
    certificate.serial = OpenSSL::BN.rand(64)
    certificate.subject = OpenSSL::X509::Name.parse(subject)
    certificate.issuer = (issuer || certificate).subject
    certificate.public_key = key
    certificate.not_before = Time.now - 3600
    certificate.not_after = Time.now + 86_400
    factory = OpenSSL::X509::ExtensionFactory.new(issuer || certificate, certificate)
    extensions.each { |extension| certificate.add_extension(factory.create_extension(*extension)) }
    certificate.sign(issuer_key, OpenSSL::Digest.new("SHA256"))
  end
end
