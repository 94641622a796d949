# What a builder may choose, and the flags that hold for every target.
option(FRONTIERD_TESTS "Build the tests" ON)
option(FRONTIERD_BENCH "Build the benchmarks" OFF)
option(FRONTIERD_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(FRONTIERD_WERROR "Treat warnings as errors" OFF)
# Off, every file must include all it uses: the fuzz preset builds so.
option(FRONTIERD_PRELUDE "Precompile the standard headers and GoogleTest" ON)
set(FRONTIERD_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # What ccache needs to know about precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow
                    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
                    $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
                    -Wimplicit-fallthrough $<$<COMPILE_LANGUAGE:CXX>:-fPIE>)
# As Debian builds (dpkg-buildflags hardening=+all), and so that two builds are alike wherever they
# were made: tests/e2e/hardening.py looks at what came of it.
add_compile_options(-fstack-protector-strong -fstack-clash-protection
                    -ffile-prefix-map=${PROJECT_BINARY_DIR}/=build/
                    -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|i[3-6]86")
  add_compile_options(-fcf-protection)
endif()
if(FRONTIERD_WERROR)
  add_compile_options(-Werror)
endif()
if(FRONTIERD_SANITIZE)
  add_compile_options(-fsanitize=${FRONTIERD_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${FRONTIERD_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # gcc 12 warns wrongly inside libstdc++ at -O2 (PR 105562 and kin).
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
                      -Wno-array-bounds -Wno-dangling-pointer -Wno-stringop-overread)
endif()
add_link_options(-pie -Wl,-z,relro,-z,now)
