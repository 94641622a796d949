#include "originlab/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

namespace frontierd::originlab {
namespace {

constexpr long kDay = 86'400;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::string alternative_names(Tls kind, const std::vector<std::string>& names) {
  if (kind == Tls::WrongHost) return "DNS:wrong.example";
  std::string out = "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1";
  for (const std::string& name : names) {
    const std::string host = name.substr(0, name.rfind(':'));
    if (host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == host.npos) {
      out += ",DNS:" + host;
    }
  }
  return out;
}

bool sign(X509* certificate, EVP_PKEY* key, Tls kind, const std::string& names) {
  const long begin = kind == Tls::Expired ? -30 * kDay : kind == Tls::NotYet ? 30 * kDay : -kDay;
  const long end = kind == Tls::Expired ? -kDay : 365 * kDay;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), begin);
  X509_gmtime_adj(X509_getm_notAfter(certificate), end);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("originlab"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  for (const auto& [id, value] : {std::pair<int, std::string>{NID_subject_alt_name, names},
                                  {NID_basic_constraints, "critical,CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
    if (extension == nullptr) return false;
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  return X509_sign(certificate, key, EVP_sha256()) > 0;
}

bool save(X509* certificate, const std::string& path) {
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(path.c_str(), "we"),
                                                                &std::fclose);
  return file && PEM_write_X509(file.get(), certificate) == 1;
}

}  // namespace

Result<void> use_own_certificate(boost::asio::ssl::context& tls, Tls kind,
                                 const std::vector<std::string>& names,
                                 const std::string& save_to) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate(X509_new(), &X509_free);
  if (!key || !certificate ||
      !sign(certificate.get(), key.get(), kind, alternative_names(kind, names)) ||
      SSL_CTX_use_certificate(tls.native_handle(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(tls.native_handle(), key.get()) != 1) {
    return fail(Errc::Io, "OpenSSL could not make a certificate; turn tls off in the lab file");
  }
  if (!save_to.empty() && !save(certificate.get(), save_to)) {
    return fail(Errc::Io,
                "cannot write the certificate to " + save_to + "; choose another save_certificate");
  }
  return {};
}

}  // namespace frontierd::originlab
