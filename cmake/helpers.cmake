# frontierd_library(name SOURCES ... LINKS ...): one module of the house. What it may link to is
# what it may include; tests/lint/check_layers.py holds the same rule for includes.
function(frontierd_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/lib)
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
  target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  frontierd_prelude(${name} frontierd_prelude)
endfunction()

# frontierd_prelude(target prelude): its files begin with the prelude's headers, compiled once. Saves
# about a third of a clean build.
function(frontierd_prelude target prelude)
  if(FRONTIERD_PRELUDE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_precompile_headers(${target} REUSE_FROM ${prelude})
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endfunction()

# frontierd_embed(target variable file): the text of a file as a string_view `frontierd::variable`
# in the generated header <variable>.h.
function(frontierd_embed target variable file)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/${variable}.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -Dinput=${file} -Doutput=${header} -Dvariable=${variable}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
            ${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
endfunction()

# frontierd_pack_signatures(target folder): the signature files below the folder, checked and packed into
# the generated header packed_signatures.h. A mistake in them is a build error; a new file is found by the
# next build.
function(frontierd_pack_signatures target folder)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/packed_signatures.h)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.toml ${folder}/*.txt)
  add_executable(compile_signatures compile_signatures.cpp)
  target_link_libraries(compile_signatures PRIVATE frontierd_signatures)
  add_custom_command(
    OUTPUT ${header}
    COMMAND compile_signatures ${folder} ${header}
    DEPENDS ${files} compile_signatures
    COMMENT "Packing the signatures"
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
endfunction()

# frontierd_test(name SOURCES ... LINKS ...): one GoogleTest program, run by ctest under its name.
function(frontierd_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(FRONTIERD_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 10")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${name} PRIVATE ${arg_LINKS} GTest::gtest_main)
  frontierd_prelude(${name} frontierd_test_prelude)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
