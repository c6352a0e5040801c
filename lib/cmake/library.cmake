# SPDX-License-Identifier: MIT
# What users get: libsockscat.a, libsockscat.so with SOCKSCAT_SHARED, and what finds them.
include(CMakePackageConfigHelpers)
include(CheckLinkerFlag)

set(objects $<TARGET_OBJECTS:sockscat_proto> $<TARGET_OBJECTS:sockscat_client>)

# offered(TARGET LIBRARY...): what users of the target compile with, and also link. They compile Asio
# themselves, as headers.
function(offered target)
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_definitions(${target} INTERFACE
    ${asio_definitions} $<$<CXX_COMPILER_ID:Clang>:${asio_definitions_of_clang}>)
  target_link_libraries(${target} INTERFACE Threads::Threads ${ARGN})
endfunction()

add_library(sockscat_static STATIC ${objects})
set_target_properties(sockscat_static PROPERTIES OUTPUT_NAME sockscat LINKER_LANGUAGE CXX)
offered(sockscat_static ${CMAKE_DL_LIBS})
set(libraries sockscat_static)

if(SOCKSCAT_SHARED)
  add_library(sockscat_shared SHARED ${objects})
  set_target_properties(sockscat_shared PROPERTIES OUTPUT_NAME sockscat EXPORT_NAME sockscat LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION} SOVERSION 0)
  target_link_libraries(sockscat_shared PRIVATE sockscat_flags Threads::Threads ${CMAKE_DL_LIBS})
  offered(sockscat_shared)
  # The compiler hides what has no SOCKSCAT_EXPORT, but for Asio, whose headers ask for the contrary, and for
  # templates of the standard library.
  set(symbols ${CMAKE_CURRENT_SOURCE_DIR}/cmake/symbols.map)
  check_linker_flag(CXX -Wl,--version-script=${symbols} SOCKSCAT_HAS_VERSION_SCRIPT)
  if(SOCKSCAT_HAS_VERSION_SCRIPT)
    target_link_options(sockscat_shared PRIVATE -Wl,--version-script=${symbols})
    set_property(TARGET sockscat_shared APPEND PROPERTY LINK_DEPENDS ${symbols})
  endif()
  list(APPEND libraries sockscat_shared)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/sockscat)
configure_package_config_file(cmake/sockscatConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/sockscatConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/sockscatConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)

# relative(DIRECTORY RESULT): the directory as a .pc file has it, so that the installed tree can be moved.
function(relative directory result)
  if(IS_ABSOLUTE ${directory})
    set(${result} ${directory} PARENT_SCOPE)
  else()
    set(${result} "\${prefix}/${directory}" PARENT_SCOPE)
  endif()
endfunction()
relative(${CMAKE_INSTALL_LIBDIR} pc_libdir)
relative(${CMAKE_INSTALL_INCLUDEDIR} pc_includedir)
file(RELATIVE_PATH pc_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
list(TRANSFORM asio_definitions PREPEND -D OUTPUT_VARIABLE pc_definitions)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  list(TRANSFORM asio_definitions_of_clang PREPEND -D OUTPUT_VARIABLE clang_definitions)
  list(APPEND pc_definitions ${clang_definitions})
endif()
list(JOIN pc_definitions " " pc_definitions)
# Without a shared library, all users link what the static one needs.
list(TRANSFORM CMAKE_DL_LIBS PREPEND -l OUTPUT_VARIABLE pc_libs)
list(JOIN pc_libs " " pc_libs)
set(pc_private)
if(SOCKSCAT_SHARED)
  set(pc_private "\nLibs.private: ${pc_libs}")
  set(pc_libs)
endif()
configure_file(cmake/sockscat.pc.in ${CMAKE_CURRENT_BINARY_DIR}/sockscat.pc @ONLY)

install(TARGETS ${libraries} EXPORT sockscatTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY include/sockscat ${CMAKE_CURRENT_BINARY_DIR}/include/sockscat
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development FILES_MATCHING PATTERN *.hpp)
install(EXPORT sockscatTargets NAMESPACE sockscat:: DESTINATION ${package_dir} COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/sockscatConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/sockscatConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/sockscat.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
install(FILES ${PROJECT_SOURCE_DIR}/man/libsockscat.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3 COMPONENT development)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libsockscat-dev COMPONENT development)
