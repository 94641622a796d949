// From libcurl's result to the words of the report. Pure.
#pragma once

#include "rules/report.h"

namespace frontierd {

// What the code alone does not tell.
struct TransferFacts {
  bool connected = false;   // TCP, and TLS where the URL asks for it
  bool body_begun = false;  // the final head is complete
  bool bad_chunks = false;  // libcurl says so in words only; the code is that of a reset
  int os_error = 0;         // errno of the failed connect
};

// `code` is a CURLcode; the header does not say so, to keep libcurl out of it. Every code has an
// answer; one that HTTP cannot produce is LocalFailure.
Transport transport_of(int code, const TransferFacts& facts);

// EMFILE, ENFILE, ENOBUFS, ENOMEM: our own shortage.
bool is_local_shortage(int os_error);

}  // namespace frontierd
