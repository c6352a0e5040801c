# SPDX-License-Identifier: MIT
# Run by CPack on the finished packages. It gives the one with the library scripts that call ldconfig, which
# Debian does by the trigger.
cmake_minimum_required(VERSION 3.25)
foreach(package ${CPACK_PACKAGE_FILES})
  if(package MATCHES "/${CPACK_DEBIAN_LIBRARY_PACKAGE_NAME}_[^/]*$")
    set(folder ${package}.d)
    file(REMOVE_RECURSE ${folder})
    execute_process(COMMAND dpkg-deb --raw-extract ${package} ${folder} COMMAND_ERROR_IS_FATAL ANY)
    file(REMOVE ${folder}/DEBIAN/postinst ${folder}/DEBIAN/postrm)
    execute_process(COMMAND dpkg-deb --root-owner-group -Zxz --build ${folder} ${package}
      OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    file(REMOVE_RECURSE ${folder})
  endif()
endforeach()
