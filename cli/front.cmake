# SPDX-License-Identifier: MIT
# Two executables: the one that users call is small and static, and starts in half the time; what it
# cannot do (TLS, Kerberos, name services: a static glibc cannot load those) it leaves to the full one.
set_target_properties(sockscat_full PROPERTIES OUTPUT_NAME sockscat-full)
set(full_directory ${CMAKE_INSTALL_FULL_LIBEXECDIR}/sockscat)
file(RELATIVE_PATH full_from_here ${CMAKE_INSTALL_FULL_BINDIR} ${full_directory}/sockscat-full)

add_executable(sockscat front.cpp hand_over.cpp)
add_dependencies(sockscat sockscat_full)
target_compile_definitions(sockscat PRIVATE
  SOCKSCAT_FULL="${full_directory}/sockscat-full" SOCKSCAT_FULL_FROM_HERE="${full_from_here}")
set_target_properties(sockscat PROPERTIES SOCKSCAT_WHOLLY_STATIC ON)
target_include_directories(sockscat PRIVATE $<TARGET_PROPERTY:sockscat_cli,INTERFACE_INCLUDE_DIRECTORIES>)
# The archives alone: their libraries are what this executable does without.
target_link_libraries(sockscat PRIVATE sockscat_flags
  sockscat_absent $<TARGET_FILE:sockscat_cli> $<TARGET_FILE:sockscat_client> $<TARGET_FILE:sockscat_proto>)
add_dependencies(sockscat sockscat_cli sockscat_client sockscat_proto)
target_include_directories(sockscat PRIVATE $<TARGET_PROPERTY:sockscat_proto,INTERFACE_INCLUDE_DIRECTORIES>)
target_link_options(sockscat PRIVATE -Wl,-z,pack-relative-relocs)

install(TARGETS sockscat RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS sockscat_full RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/sockscat)
