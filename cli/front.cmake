# SPDX-License-Identifier: MIT
# Two executables: the one that users call is small and wholly static, and starts in half the time. It
# leaves to the full one what it does without: OpenSSL, whose tables cost every start at a random
# address 0.3 ms, and what a static glibc crashes in, Kerberos and modules of name services.
set_target_properties(sockscat_full PROPERTIES OUTPUT_NAME sockscat-full)
set(full_directory ${CMAKE_INSTALL_FULL_LIBEXECDIR}/sockscat)
file(RELATIVE_PATH full_from_here ${CMAKE_INSTALL_FULL_BINDIR} ${full_directory}/sockscat-full)

add_executable(sockscat front.cpp hand_over.cpp)
target_compile_definitions(sockscat PRIVATE
  SOCKSCAT_FULL="${full_directory}/sockscat-full" SOCKSCAT_FULL_FROM_HERE="${full_from_here}")
set_target_properties(sockscat PROPERTIES SOCKSCAT_WHOLLY_STATIC ON)
# The archives alone: their libraries are what this executable does without.
target_link_libraries(sockscat PRIVATE sockscat_flags
  sockscat_absent $<TARGET_FILE:sockscat_cli> $<TARGET_FILE:sockscat_client> $<TARGET_FILE:sockscat_proto>)
add_dependencies(sockscat sockscat_full sockscat_cli sockscat_client sockscat_proto)
target_include_directories(sockscat PRIVATE $<TARGET_PROPERTY:sockscat_proto,INTERFACE_INCLUDE_DIRECTORIES>)
# ld warns of getaddrinfo(3); plain_run.cpp sees to it that no module is loaded for it.
target_link_options(sockscat PRIVATE -Wl,-z,pack-relative-relocs)

install(TARGETS sockscat RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS sockscat_full RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/sockscat)
