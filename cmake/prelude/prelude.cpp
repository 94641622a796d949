// A library has at least one file; what is wanted of this one are its precompiled headers.
