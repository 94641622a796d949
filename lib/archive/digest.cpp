#include "archive/digest.h"

#include <openssl/evp.h>

#include <array>

#include "base/check.h"

namespace frontierd {

struct Sha1::State {
  State() : context(EVP_MD_CTX_new()) { CHECK(context != nullptr); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  EVP_MD_CTX* context;
};

Sha1::Sha1() : state_(std::make_unique<State>()) {
  CHECK(EVP_DigestInit_ex(state_->context, EVP_sha1(), nullptr) == 1);
}
Sha1::~Sha1() = default;

void Sha1::update(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Sha1::finish() {
  std::array<unsigned char, 20> bytes{};
  unsigned int length = 0;
  CHECK(EVP_DigestFinal_ex(state_->context, bytes.data(), &length) == 1 && length == bytes.size());
  return {bytes.begin(), bytes.end()};
}

std::string sha1_label(std::string_view bytes) {
  return "sha1:" + base32(bytes);
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  unsigned int held = 0;
  unsigned int bits = 0;
  for (const char byte : bytes) {
    held = ((held << 8) | static_cast<unsigned char>(byte)) & 0xfffu;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += kDigits[(held >> (bits - 5)) & 31u];
  }
  if (bits > 0) out += kDigits[(held << (5 - bits)) & 31u];
  return out;
}

}  // namespace frontierd
