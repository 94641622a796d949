# Writes frontierd.toml.5 from its frame and from the daemon's own table of keys.
execute_process(COMMAND ${daemon} --print-manual OUTPUT_VARIABLE keys COMMAND_ERROR_IS_FATAL ANY)
file(READ ${frame} text)
string(REPLACE "@KEYS@" "${keys}" text "${text}")
file(WRITE ${output} "${text}")
