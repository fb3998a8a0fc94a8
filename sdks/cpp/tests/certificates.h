// Certificates as Gaia issues them.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

struct Pair {
  std::string certificate;
  std::string key;
};

struct LeafOptions {
  /// The original Gaia gives its leafs the subject of their authority.
  std::string subject = "gaia program";
  /// From now; negative: it has expired.
  long seconds = 3600;
};

class Authority {
 public:
  Authority();

  const std::string& certificate() const { return pem_; }
  Pair issue(const LeafOptions& options = {}) const;

  static constexpr char kSubject[] = "gaia authority";

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
  std::string pem_;
};
