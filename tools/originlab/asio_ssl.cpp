// The TLS half of Boost.Asio, compiled once; the rest of it is in lib/boost.
#include <boost/asio/ssl/impl/src.hpp>
