// Mutual TLS with Gaia.
#pragma once

#include <memory>

#include <grpcpp/security/server_credentials.h>

namespace gaia::detail {

/// From the three files that GAIA_PLUGIN_CERT, GAIA_PLUGIN_KEY and GAIA_PLUGIN_CA_CERT name. Throws Error when one is
/// missing or holds no certificate.
std::shared_ptr<grpc::ServerCredentials> credentials_of_environment();

}  // namespace gaia::detail
