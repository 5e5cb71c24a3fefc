// A primitive with everything it needs to run: memories, conversions between layouts, scratch space.

#ifndef CONEDNN_OPERATION_H
#define CONEDNN_OPERATION_H

#include "COneDNN.h"
#include "COneDNNCompatibility.h"

/// A primitive and the memories it runs on.
typedef struct {
    dnnl_primitive_t primitive;
    dnnl_memory_t scratchpad;
    dnnl_exec_arg_t arguments[onednn_role_count + 2];
    int count;
} onednn_step;

/// One tensor of an operation.
typedef struct {
    /// The caller's tensor; its address is set at each execution. Null if the operation has no such tensor.
    dnnl_memory_t outer;
    /// The same in the layout that the primitive chose; null if that is the caller's own.
    dnnl_memory_t inner;
    /// Copies between the two, in the direction that `is_written` says.
    onednn_step conversion;
    bool is_written;
    /// Whether `inner` holds the tensor of an earlier call.
    bool is_loaded;
} onednn_slot;

struct onednn_operation {
    dnnl_stream_t stream;
    dnnl_primitive_desc_t description;
    onednn_step step;
    onednn_slot slots[onednn_role_count];
    /// What a forward operation leaves behind for the backward one; null if nothing.
    dnnl_memory_t workspace;
    bool owns_workspace;
};

/// What a tensor is to the caller and to the primitive.
typedef struct {
    int role;
    /// The `DNNL_ARG_…` under which the primitive knows it.
    int argument;
    /// The caller's layout.
    layout_ref outer;
    bool is_written;
} onednn_binding;

/// The one engine of this process: the processor. Null if it cannot be had.
dnnl_engine_t onednn_engine(void);

/// Attributes that say that the caller brings the scratch space, so that operations share nothing while they
/// run.
dnnl_status_t onednn_attributes_create(dnnl_primitive_attr_t *result);

/// Makes an operation from a primitive's description, which it takes over whether or not it succeeds.
///
/// `forward` is the operation whose workspace is read, or null.
dnnl_status_t onednn_operation_create(
    onednn_operation **result, dnnl_primitive_desc_t description, const onednn_binding *bindings, int count,
    const onednn_operation *forward);

#endif
