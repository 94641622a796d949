// Boost.JSON in source form, for programs of the tests.
#include <boost/json/src.hpp>
