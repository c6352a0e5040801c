# SPDX-License-Identifier: MIT
# Run by CPack once the files of all packages are in their folders: compressed pages, changelogs, copyright.
cmake_minimum_required(VERSION 3.25)

# The newest version in CHANGELOG.md as Debian writes it: "## 0.2.0 (2026-12-31)" has its day.
file(READ ${CPACK_SOCKSCAT_SOURCE}/CHANGELOG.md text)
string(REGEX MATCH "\n## ${CPACK_PACKAGE_VERSION}[^\n]*([0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9])" heading "${text}")
set(day "${CMAKE_MATCH_1}")
set(ENV{LC_ALL} C.UTF-8)
if(day)
  set(when --date=${day}T12:00:00Z)
elseif(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(when --date=@$ENV{SOURCE_DATE_EPOCH})
endif()
execute_process(COMMAND date --utc --rfc-email ${when} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
set(version ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
set(changes "sockscat (${version}) unstable; urgency=medium

  * Upstream release ${CPACK_PACKAGE_VERSION}: changelog.gz tells what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")

function(compress)
  execute_process(COMMAND gzip -9nf ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

foreach(component ${CPACK_COMPONENTS_ALL})
  string(TOUPPER ${component} upper)
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  set(documents ${root}/share/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  file(MAKE_DIRECTORY ${documents})
  file(COPY_FILE ${CPACK_SOCKSCAT_SOURCE}/lib/cmake/packages/copyright ${documents}/copyright)
  file(COPY_FILE ${CPACK_SOCKSCAT_SOURCE}/CHANGELOG.md ${documents}/changelog)
  file(WRITE ${documents}/changelog.Debian "${changes}")
  file(CHMOD ${documents}/copyright ${documents}/changelog ${documents}/changelog.Debian
    PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  compress(${documents}/changelog ${documents}/changelog.Debian)
  file(GLOB pages ${root}/share/man/man*/*.[1-9])
  if(pages)
    compress(${pages})
  endif()
  file(GLOB archives ${root}/lib/*.a ${root}/lib/*/*.a)
  foreach(archive ${archives})
    execute_process(COMMAND strip --strip-debug --remove-section=.comment --remove-section=.note
      --enable-deterministic-archives ${archive} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endforeach()
