#ifndef BULWARK_CZLIB_SHIM_H
#define BULWARK_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 and deflateInit2 are macros that carry the version and the size of z_stream; Swift needs functions.
static inline int bulwark_inflateInit2(z_stream *stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}

static inline int bulwark_deflateInit2(z_stream *stream, int level, int windowBits) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
}

#endif
