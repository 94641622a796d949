# Writes ${input} into ${output} as a C++ string_view. The view takes its length from the array, for
# counting a long text at compile time exceeds the compilers' limits too.
include(${CMAKE_CURRENT_LIST_DIR}/embed_text.cmake)
file(READ "${input}" text)
frontierd_literal(body "${text}")
file(WRITE "${output}" "// Generated from ${input}.\n#pragma once\n#include <string_view>\n#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\nnamespace frontierd {\ninline constexpr char ${variable}_text[] =\n${body};\ninline constexpr std::string_view ${variable}{${variable}_text, sizeof ${variable}_text - 1};\n}  // namespace frontierd\n#pragma GCC diagnostic pop\n")
