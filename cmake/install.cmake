# Filled by the packaging rules: targets, unit files, manual pages, completion, the Debian package.
