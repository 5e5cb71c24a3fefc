#include "COneDNN.h"

#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>

const char *onednn_status_name(onednn_status status) {
    return dnnl_status2str((dnnl_status_t)status);
}

bool onednn_status_is_unsupported(onednn_status status) {
    // Some sizes that other implementations accept are invalid to oneDNN.
    return status == dnnl_unimplemented || status == dnnl_invalid_arguments;
}

int onednn_version(void) {
    const dnnl_version_t *version = dnnl_version();
    return version->major * 10000 + version->minor * 100 + version->patch;
}
