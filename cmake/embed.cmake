# Writes ${input} into ${output} as a C++ string_view. Long texts are cut into adjacent literals,
# because compilers may limit the length of one; the view takes its length from the array, for
# counting a long text at compile time exceeds their limits too.
file(READ "${input}" text)
string(LENGTH "${text}" length)
set(body "")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 8000 piece)
  # At a line end, so that no character of several bytes is split over two literals.
  string(FIND "${piece}" "\n" line_end REVERSE)
  math(EXPR size "${line_end} + 1")
  if(size EQUAL 0)
    string(LENGTH "${piece}" size)
  endif()
  string(SUBSTRING "${piece}" 0 ${size} piece)
  string(APPEND body "R\"~~~~(${piece})~~~~\"\n")
  math(EXPR at "${at} + ${size}")
endwhile()
if(body STREQUAL "")
  set(body "\"\"")
endif()
file(WRITE "${output}" "// Generated from ${input}.\n#pragma once\n#include <string_view>\n#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\nnamespace frontierd {\ninline constexpr char ${variable}_text[] =\n${body};\ninline constexpr std::string_view ${variable}{${variable}_text, sizeof ${variable}_text - 1};\n}  // namespace frontierd\n#pragma GCC diagnostic pop\n")
