// The one way from a JSON value to text that leaves us: to a client, a file, a terminal. Strings may
// hold what strangers sent, whatever came between; the text is valid UTF-8 all the same, and no
// character in it acts on a terminal (base/utf8.h): those are written as \uXXXX. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace frontierd {

std::string json_text(const boost::json::value& value);

}  // namespace frontierd
