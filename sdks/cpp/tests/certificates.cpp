#include "certificates.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL cannot ") + what);
}

Key new_key() {
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  require(key != nullptr, "make a key");
  return key;
}

void add_extension(X509* certificate, int kind, const char* value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "add an extension");
  X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* name, const std::string& text) {
  const auto bytes = reinterpret_cast<const unsigned char*>(text.c_str());
  require(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, bytes, -1, -1, 0) == 1, "set a name");
}

Certificate unsigned_certificate(EVP_PKEY* key, const std::string& subject, const std::string& issuer, long seconds) {
  static long serial = 0;
  Certificate certificate(X509_new(), X509_free);
  require(X509_set_version(certificate.get(), 2) == 1 && X509_set_pubkey(certificate.get(), key) == 1, "begin");
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -7200);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds);
  set_name(X509_get_subject_name(certificate.get()), subject);
  set_name(X509_get_issuer_name(certificate.get()), issuer);
  return certificate;
}

template <class Write>
std::string pem_of(const Write& write) {
  const std::unique_ptr<BIO, int (*)(BIO*)> buffer(BIO_new(BIO_s_mem()), BIO_free);
  require(write(buffer.get()) == 1, "write PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(buffer.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string pem_of(X509* certificate) {
  return pem_of([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

}  // namespace

Authority::Authority() : key_(new_key()) {
  certificate_ = unsigned_certificate(key_.get(), kSubject, kSubject, 24 * 3600);
  add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate_.get(), NID_key_usage, "keyCertSign,digitalSignature");
  require(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0, "sign");
  pem_ = pem_of(certificate_.get());
}

Pair Authority::issue(const LeafOptions& options) const {
  const Key key = new_key();
  const Certificate leaf = unsigned_certificate(key.get(), options.subject, kSubject, options.seconds);
  add_extension(leaf.get(), NID_subject_alt_name, "DNS:gaia-pipeline.io,DNS:unused");
  add_extension(leaf.get(), NID_key_usage, "digitalSignature");
  add_extension(leaf.get(), NID_ext_key_usage, "clientAuth,serverAuth");
  require(X509_sign(leaf.get(), key_.get(), EVP_sha256()) > 0, "sign");
  const std::string key_pem = pem_of(
      [&](BIO* out) { return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  return {pem_of(leaf.get()), key_pem};
}
