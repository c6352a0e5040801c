# SPDX-License-Identifier: MIT
# The packages sockscat, libsockscat0 and libsockscat-dev, as Debian would make them.
set(SOCKSCAT_MAINTAINER "The sockscat maintainers <maintainers@users.noreply.r-seed-9d6e1e55.example>"
  CACHE STRING "Who made the Debian packages, as Name <address>")

# package_with(FILE RESULT): which Debian package the file came with that ends so; nothing if none did.
function(package_with file result)
  execute_process(COMMAND dpkg-query --search *${file} OUTPUT_VARIABLE said ERROR_QUIET RESULT_VARIABLE failed)
  string(REGEX MATCH "^[^:\n]+" package "${said}")
  set(${result} ${package} PARENT_SCOPE)
endfunction()

# loaded(PRIORITY RESULT): the packages of the libraries that the ELF note gives this priority.
function(loaded priority result)
  file(READ ${PROJECT_SOURCE_DIR}/lib/libraries/libraries.cpp text)
  string(REPLACE "[" "" text "${text}") # which CMake's lists would take for something else
  string(REGEX MATCHALL "\"priority\":\"${priority}\",\"soname\":\"[^\"]+" rows "${text}")
  set(packages)
  foreach(row ${rows})
    string(REGEX REPLACE ".*\"" "" soname "${row}")
    package_with(/${soname} package)
    if(NOT package)
      message(WARNING "no Debian package of this machine has ${soname}: the packages will not name it")
    endif()
    list(APPEND packages ${package})
  endforeach()
  list(JOIN packages ", " packages)
  set(${result} ${packages} PARENT_SCOPE)
endfunction()
loaded(recommended recommended)
loaded(suggested suggested)

# From the version of Asio that the library is built with to the next, as Debian counts them.
get_directory_property(asio_name DIRECTORY lib DEFINITION asio_name)
string(REGEX MATCH "[0-9]+$" asio_minor ${asio_name})
math(EXPR asio_next "${asio_minor} + 1")
string(REGEX REPLACE "[0-9]+$" ${asio_next} asio_next ${asio_name})
execute_process(COMMAND dpkg-query --show --showformat "\${Version}" libasio-dev OUTPUT_VARIABLE asio_package ERROR_QUIET)
string(REGEX MATCH "^[0-9]+:" asio_epoch "${asio_package}")

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_PACKAGE_CONTACT ${SOCKSCAT_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_NAME} built using CMake") # CPack's own: each has a better one
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/repack.cmake)
set(CPACK_SOCKSCAT_SOURCE ${PROJECT_SOURCE_DIR})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 0upstream1) # older than the first one of Debian itself
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(debian_version ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME sockscat)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS ${recommended})
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS ${suggested})
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "netcat for SOCKS and HTTP proxies
sockscat opens TCP connections through SOCKS4, SOCKS4a, SOCKS5 and HTTP
proxies, accepts one at the proxy, exchanges UDP datagrams, looks up names
on the proxy's side, and finds out what a proxy really supports, or why it
does not work. Proxies can be chained; each of them, and the target, can be
reached over TLS.
.
It works as ProxyCommand of ssh, in pipelines and in scripts; the exit
status tells what went wrong.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libsockscat0)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_RECOMMENDS ${recommended})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SUGGESTS ${suggested})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/triggers)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "client library for SOCKS and HTTP proxies
TCP connections, accepted connections, datagrams and name lookups through
SOCKS4, SOCKS5 and HTTP proxies, or a chain of them, as C++20 coroutines of
Asio.
.
This package has the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libsockscat-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libsockscat0 (= ${debian_version}), \
libasio-dev (>= ${asio_epoch}${asio_name}~), libasio-dev (<< ${asio_epoch}${asio_next}~)")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "client library for SOCKS and HTTP proxies, for development
TCP connections, accepted connections, datagrams and name lookups through
SOCKS4, SOCKS5 and HTTP proxies, or a chain of them, as C++20 coroutines of
Asio.
.
This package has the headers, the static library, and what CMake and pkg-
config need to find them.")
include(CPack)
