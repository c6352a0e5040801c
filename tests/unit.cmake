# SPDX-License-Identifier: MIT
# The unit tests: one executable and one ctest entry for each room of the code.
find_package(Catch2 REQUIRED) # 2.13 of Debian 12, 3 of Debian 13
find_package(nlohmann_json REQUIRED)

# Half of the time that the tests take to be compiled went into making them fast. In one piece, so
# that none of it is taken for a repetition of what is said elsewhere.
add_library(unoptimized INTERFACE)
target_compile_options(unoptimized INTERFACE "SHELL:-O0 -U_FORTIFY_SOURCE")

function(sockscat_unit_tests label)
  add_executable(${label}_tests ${ARGN})
  target_include_directories(${label}_tests PRIVATE
    ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/lib)
  target_link_libraries(${label}_tests PRIVATE Catch2::Catch2WithMain sockscat_flags unoptimized)
  precompiled(${label}_tests support/catch.hpp)
  add_test(NAME ${label}.unit COMMAND ${label}_tests)
  set_tests_properties(${label}.unit PROPERTIES LABELS ${label} TIMEOUT ${limit})
endfunction()

file(GLOB_RECURSE proto_sources CONFIGURE_DEPENDS base/*_test.cpp proto/*_test.cpp)
sockscat_unit_tests(proto ${proto_sources} support/freed_memory.cpp support/transcript.cpp)
target_link_libraries(proto_tests PRIVATE sockscat_proto)

file(GLOB_RECURSE net_sources CONFIGURE_DEPENDS net/*_test.cpp)
if(SOCKSCAT_SANITIZE OR SOCKSCAT_COVERAGE OR SOCKSCAT_PORTABLE) # where nothing is confined
  list(FILTER net_sources EXCLUDE REGEX "/confinement_test\\.cpp$")
endif()
sockscat_unit_tests(net ${net_sources} support/fake_hop.cpp support/io.cpp support/names.cpp support/tls_peer.cpp support/tls_terminator.cpp)
target_include_directories(net_tests SYSTEM PRIVATE ${GSSAPI_INCLUDE_DIR} ${IDN2_INCLUDE_DIR})
find_package(OpenSSL 3.0 REQUIRED) # the other end of TLS
target_link_libraries(net_tests PRIVATE sockscat_client OpenSSL::SSL OpenSSL::Crypto)

file(GLOB_RECURSE dns_sources CONFIGURE_DEPENDS dns/*_test.cpp)
sockscat_unit_tests(dns ${dns_sources} support/io.cpp)
target_link_libraries(dns_tests PRIVATE sockscat_client)

file(GLOB_RECURSE probe_sources CONFIGURE_DEPENDS probe/*_test.cpp)
sockscat_unit_tests(probe ${probe_sources} probe/wire_answers.cpp support/io.cpp)
target_link_libraries(probe_tests PRIVATE sockscat_client)
target_include_directories(probe_tests SYSTEM PRIVATE
  $<TARGET_PROPERTY:nlohmann_json::nlohmann_json,INTERFACE_INCLUDE_DIRECTORIES>)
set_property(SOURCE probe/judge/documents_test.cpp PROPERTY
  COMPILE_DEFINITIONS SOCKSCAT_MAN="${PROJECT_SOURCE_DIR}/man")

file(GLOB_RECURSE cli_sources CONFIGURE_DEPENDS cli/*_test.cpp)
sockscat_unit_tests(cli ${cli_sources})
target_include_directories(cli_tests PRIVATE ${PROJECT_SOURCE_DIR}/cli)
target_include_directories(cli_tests SYSTEM PRIVATE
  $<TARGET_PROPERTY:nlohmann_json::nlohmann_json,INTERFACE_INCLUDE_DIRECTORIES>)
target_link_libraries(cli_tests PRIVATE sockscat_cli)

if(SOCKSCAT_SANITIZE)
  return()
endif()
# Every public header compiles alone, and may be included twice. The test builds them.
file(GLOB public_headers CONFIGURE_DEPENDS
  RELATIVE ${PROJECT_SOURCE_DIR}/lib/include ${PROJECT_SOURCE_DIR}/lib/include/sockscat/*.hpp)
foreach(header ${public_headers})
  string(MAKE_C_IDENTIFIER ${header} name)
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp)
  file(CONFIGURE OUTPUT ${unit} CONTENT "#include <${header}>\n#include <${header}>\n")
  list(APPEND header_units ${unit})
endforeach()
add_library(header_checks OBJECT EXCLUDE_FROM_ALL ${header_units})
target_link_libraries(header_checks PRIVATE sockscat_client sockscat_flags)
add_test(NAME drift.headers COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target header_checks)
set_tests_properties(drift.headers PROPERTIES LABELS drift TIMEOUT 300)
