// The words of the lab file and the values they stand for, in one place, so that a slip of the pen
// can be answered with the nearest word.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "originlab/lab.h"

namespace frontierd::originlab {

template <class Value, std::size_t N>
using Names = std::array<std::pair<std::string_view, Value>, N>;

inline constexpr Names<Fill, 5> kFills{{{"text", Fill::Text},
                                        {"html", Fill::Html},
                                        {"zeros", Fill::Zeros},
                                        {"robots", Fill::Robots},
                                        {"random", Fill::Random}}};

inline constexpr Names<Encoding, 4> kEncodings{{{"gzip", Encoding::Gzip},
                                                {"deflate", Encoding::Deflate},
                                                {"br", Encoding::Brotli},
                                                {"zstd", Encoding::Zstd}}};

inline constexpr Names<Framing, 3> kFramings{
    {{"length", Framing::Length}, {"chunked", Framing::Chunked}, {"close", Framing::Close}}};

inline constexpr Names<Ending, 4> kEndings{{{"keep", Ending::Keep},
                                            {"close", Ending::Close},
                                            {"reset", Ending::Reset},
                                            {"hold", Ending::Hold}}};

inline constexpr Names<Fault, 20> kFaults{{{"none", Fault::None},
                                           {"reset", Fault::Reset},
                                           {"reset-in-head", Fault::ResetInHead},
                                           {"reset-in-body", Fault::ResetInBody},
                                           {"close-in-head", Fault::CloseInHead},
                                           {"close-in-body", Fault::CloseInBody},
                                           {"empty", Fault::Empty},
                                           {"silent", Fault::Silent},
                                           {"silent-in-body", Fault::SilentInBody},
                                           {"endless-body", Fault::EndlessBody},
                                           {"endless-head", Fault::EndlessHead},
                                           {"header-flood", Fault::HeaderFlood},
                                           {"huge-header", Fault::HugeHeader},
                                           {"endless-1xx", Fault::Endless1xx},
                                           {"chunk-extensions", Fault::ChunkExtensions},
                                           {"bad-chunk", Fault::BadChunk},
                                           {"long-length", Fault::LongLength},
                                           {"short-length", Fault::ShortLength},
                                           {"garbage", Fault::Garbage},
                                           {"http-0.9", Fault::Http09}}};

inline constexpr Names<Pick, 3> kPicks{
    {{"sequence", Pick::Sequence}, {"random", Pick::Random}, {"time", Pick::Time}}};

inline constexpr Names<Per, 4> kPers{
    {{"host", Per::Host}, {"path", Per::Path}, {"address", Per::Address}, {"agent", Per::Agent}}};

inline constexpr Names<RetryAfter, 5> kRetryAfters{{{"none", RetryAfter::None},
                                                    {"seconds", RetryAfter::Seconds},
                                                    {"date", RetryAfter::Imf},
                                                    {"date-rfc850", RetryAfter::Rfc850},
                                                    {"date-asctime", RetryAfter::Asctime}}};

inline constexpr Names<Tls, 5> kTlsKinds{{{"off", Tls::Off},
                                          {"self-signed", Tls::Good},
                                          {"expired", Tls::Expired},
                                          {"not-yet", Tls::NotYet},
                                          {"wrong-host", Tls::WrongHost}}};

}  // namespace frontierd::originlab
