// A primitive with the memories that stand for its parts.

#ifndef CONEDNN_PRIMITIVE_H
#define CONEDNN_PRIMITIVE_H

#include "COneDNN.h"
#include "COneDNNCompatibility.h"

struct onednn_layout {
    layout description;
};

/// A part of a primitive and the `DNNL_ARG_…` under which oneDNN knows it.
typedef struct {
    int role;
    int argument;
} onednn_binding;

/// The one engine of this process: the processor. Null if it cannot be had.
dnnl_engine_t onednn_engine(void);

/// The description that a layout holds, or null for null.
static inline layout_ref described(const onednn_layout *layout) {
    return layout ? layout_borrow(&layout->description) : NULL;
}

/// Row-major extents; `strides` may be null for dense ones. A description that is left is freed with
/// `layout_free`.
dnnl_status_t onednn_describe(layout *result, int rank, const int64_t *extents, const int64_t *strides);

/// Attributes with user-managed scratch memory and what follows the primitive proper.
dnnl_status_t onednn_attributes_create(dnnl_primitive_attr_t *result, onednn_epilogue epilogue);

/// Nothing follows.
static inline onednn_epilogue onednn_no_epilogue(void) {
    return (onednn_epilogue){false, {onednn_identity, 0, 0}};
}

/// oneDNN's name of a function.
dnnl_alg_kind_t onednn_algorithm(onednn_function function);

/// Makes a primitive from a description, which it takes over whether or not it succeeds.
dnnl_status_t onednn_primitive_create(
    onednn_primitive **result, dnnl_primitive_desc_t description, const onednn_binding *bindings, int count);

#endif
