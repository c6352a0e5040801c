# SPDX-License-Identifier: MIT
# docs: the API reference as HTML, in lib/docs/html of the build folder. Only where doxygen is installed.
find_program(DOXYGEN doxygen)
mark_as_advanced(DOXYGEN)
if(DOXYGEN)
  set(SOCKSCAT_DOCS_SOURCE ${CMAKE_CURRENT_SOURCE_DIR})
  set(SOCKSCAT_DOCS_OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/docs)
  file(MAKE_DIRECTORY ${SOCKSCAT_DOCS_OUTPUT})
  configure_file(Doxyfile.in Doxyfile @ONLY)
  add_custom_target(docs COMMAND ${DOXYGEN} ${CMAKE_CURRENT_BINARY_DIR}/Doxyfile
    COMMENT "API reference: ${SOCKSCAT_DOCS_OUTPUT}/html/index.html" VERBATIM)
endif()
