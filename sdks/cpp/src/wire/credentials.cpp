#include "credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gaia/errors.h"

namespace gaia::detail {
namespace {

constexpr char kCertificate[] = "GAIA_PLUGIN_CERT";
constexpr char kKey[] = "GAIA_PLUGIN_KEY";
constexpr char kAuthority[] = "GAIA_PLUGIN_CA_CERT";

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;

std::vector<Certificate> certificates_of(std::string_view pem) {
  const std::unique_ptr<BIO, int (*)(BIO*)> reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  std::vector<Certificate> certificates;
  while (X509* const certificate = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(certificate);
  }
  return certificates;
}

bool is_current(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

bool issued(X509* authority, X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(authority), X509_get_issuer_name(certificate)) == 0 &&
         X509_verify(certificate, X509_get0_pubkey(authority)) == 1;
}

/// Takes clients with a certificate that the authority itself issued. Where gRPC is built on OpenSSL, its own check
/// refuses those of the original Gaia, which have the subject of their authority: OpenSSL takes them for certificates
/// that signed themselves. That the client has the key is proved by TLS.
class IssuedByAuthority final : public grpc::experimental::ExternalCertificateVerifier {
 public:
  explicit IssuedByAuthority(std::vector<Certificate> authorities) : authorities_(std::move(authorities)) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* status) override {
    const grpc::string_ref pem = request->peer_cert();
    const std::vector<Certificate> chain = certificates_of({pem.data(), pem.size()});
    const bool trusted = !chain.empty() && is_trusted(chain.front().get());
    *status = trusted
                  ? grpc::Status::OK
                  : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "the client has no certificate of the authority");
    return true;
  }

  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*) override {}

 private:
  bool is_trusted(X509* client) const {
    if (!is_current(client) || X509_check_purpose(client, X509_PURPOSE_SSL_CLIENT, 0) != 1) return false;
    for (const Certificate& authority : authorities_) {
      if (is_current(authority.get()) && issued(authority.get(), client)) return true;
    }
    return false;
  }

  std::vector<Certificate> authorities_;
};

std::string read_file_of(const char* variable) {
  const char* const path = std::getenv(variable);
  if (path == nullptr) throw Error(std::string(variable) + " is not set: Gaia names a file with it");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) throw Error(std::string(variable) + ": cannot read " + path);
  return text.str();
}

}  // namespace

std::shared_ptr<grpc::ServerCredentials> credentials_of_environment() {
  using namespace grpc::experimental;
  const std::string certificate = read_file_of(kCertificate);
  const std::string key = read_file_of(kKey);
  std::vector<Certificate> authorities = certificates_of(read_file_of(kAuthority));
  // Else a program that a job starts would serve as well, with certificates that are not its own.
  for (const char* const variable : {kCertificate, kKey, kAuthority}) unsetenv(variable);
  if (authorities.empty()) throw Error(std::string(kAuthority) + ": there is no certificate in that file");

  const std::vector<IdentityKeyCertPair> identity{{key, certificate}};
  TlsServerCredentialsOptions options(std::make_shared<StaticDataCertificateProvider>(identity));
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  options.set_certificate_verifier(ExternalCertificateVerifier::Create<IssuedByAuthority>(std::move(authorities)));
  options.set_check_call_host(false);
  return TlsServerCredentials(options);
}

}  // namespace gaia::detail
