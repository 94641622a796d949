# What `cmake --install` and the Debian package put in place.
include(GNUInstallDirs)
set(doc_dir ${CMAKE_INSTALL_DATADIR}/doc/frontierd)

install(TARGETS frontierd RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
install(TARGETS frontierctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES daemon/frontierd.toml DESTINATION /etc/frontierd)
install(FILES systemd/frontierd.service DESTINATION /lib/systemd/system)
install(FILES systemd/frontierd.sysusers DESTINATION /usr/lib/sysusers.d RENAME frontierd.conf)
install(FILES systemd/frontierd.tmpfiles DESTINATION /usr/lib/tmpfiles.d RENAME frontierd.conf)
install(FILES README.md DESTINATION ${doc_dir})
install(FILES schema/README.md DESTINATION ${doc_dir} RENAME schema.md)
install(FILES lib/api/API.md DESTINATION ${doc_dir})

# Manual pages and the changelog are compressed, as Debian wants them.
function(install_gzipped source name destination)
  set(packed ${PROJECT_BINARY_DIR}/install/${name}.gz)
  add_custom_command(OUTPUT ${packed}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/install
    COMMAND gzip -9nc ${source} > ${packed}
    DEPENDS ${source} VERBATIM)
  add_custom_target(pack_${name} ALL DEPENDS ${packed})
  if(ARGN)
    add_dependencies(pack_${name} ${ARGN})
  endif()
  install(FILES ${packed} DESTINATION ${destination})
endfunction()
set(man_dir ${CMAKE_INSTALL_DATADIR}/man)
install_gzipped(${PROJECT_SOURCE_DIR}/daemon/man/frontierd.8 frontierd.8 ${man_dir}/man8)
install_gzipped(${PROJECT_BINARY_DIR}/daemon/frontierd.toml.5 frontierd.toml.5 ${man_dir}/man5 frontierd_manual)
install_gzipped(${PROJECT_BINARY_DIR}/tools/frontierctl/man/frontierctl.1 frontierctl.1 ${man_dir}/man1 frontierctl_docs)

set(completion ${PROJECT_BINARY_DIR}/tools/frontierctl/completion)
install(FILES ${completion}/frontierctl.bash RENAME frontierctl
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${completion}/frontierctl.zsh RENAME _frontierctl
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${completion}/frontierctl.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

include(cmake/package.cmake)
