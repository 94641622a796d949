# cpack -G DEB
install_gzipped(${PROJECT_SOURCE_DIR}/systemd/debian/changelog changelog.Debian share/doc/frontierd)
install(FILES systemd/debian/copyright DESTINATION ${doc_dir})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME frontierd)
set(CPACK_PACKAGE_VENDOR frontierd)
set(CPACK_PACKAGE_CONTACT "The frontierd maintainers <maintainers@frontierd.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "polite, durable crawl scheduler")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"frontierd fetches the URLs it is given, one polite queue per host, and keeps
its frontier in an SQLite database. It tells an overload, a maintenance, a rate
limit, a bot wall, a broken upstream and a stale cached copy apart and answers
each differently; it loses nothing when it is killed, and can explain why any
URL is waiting. The harvest is written as WARC files.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR OFF)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "sqlite3")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PROJECT_SOURCE_DIR}/systemd/debian/postinst ${PROJECT_SOURCE_DIR}/systemd/debian/prerm
    ${PROJECT_SOURCE_DIR}/systemd/debian/postrm ${PROJECT_SOURCE_DIR}/systemd/debian/conffiles)
include(CPack)
