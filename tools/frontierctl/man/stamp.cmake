# Writes the version into a manual page: cmake -Dinput= -Doutput= -Dversion= -P stamp.cmake
file(READ ${input} text)
string(REPLACE "@VERSION@" "${version}" text "${text}")
file(WRITE ${output} "${text}")
