#include "COneDNNPrimitive.h"

#include <pthread.h>
#include <stdlib.h>

struct onednn_primitive {
    dnnl_stream_t stream;
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
    /// The memory of each part, and its place among the arguments; null where there is no such part.
    dnnl_memory_t memories[onednn_role_count];
    /// The `DNNL_ARG_…` of each part.
    int arguments[onednn_role_count];
    dnnl_exec_arg_t bound[onednn_role_count];
    int count;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;

static void create_engine(void) {
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t onednn_engine(void) {
    pthread_once(&once, create_engine);
    return engine;
}

// MARK: Attributes

dnnl_alg_kind_t onednn_algorithm(onednn_function function) {
    switch (function) {
    case onednn_identity: return dnnl_alg_kind_undef;
    case onednn_relu: return dnnl_eltwise_relu;
    case onednn_clip: return dnnl_eltwise_clip;
    case onednn_logistic: return dnnl_eltwise_logistic;
    case onednn_tanh: return dnnl_eltwise_tanh;
    case onednn_elu: return dnnl_eltwise_elu;
    case onednn_gelu: return dnnl_eltwise_gelu_erf;
    case onednn_gelu_tanh: return dnnl_eltwise_gelu_tanh;
    case onednn_swish: return dnnl_eltwise_swish;
    }
    return dnnl_alg_kind_undef;
}

static dnnl_status_t operations_fill(dnnl_post_ops_t operations, onednn_epilogue epilogue) {
    dnnl_status_t status = dnnl_success;
    if (epilogue.accumulates) status = post_operations_add_sum(operations);
    if (status != dnnl_success || epilogue.activation.function == onednn_identity) return status;
    return post_operations_add_function(
        operations, onednn_algorithm(epilogue.activation.function), epilogue.activation.a,
        epilogue.activation.b);
}

dnnl_status_t onednn_attributes_create(dnnl_primitive_attr_t *result, onednn_epilogue epilogue) {
    dnnl_status_t status = dnnl_primitive_attr_create(result);
    if (status != dnnl_success) return status;
    dnnl_post_ops_t operations = NULL;
    status = dnnl_primitive_attr_set_scratchpad_mode(*result, dnnl_scratchpad_mode_user);
    if (status == dnnl_success) status = dnnl_post_ops_create(&operations);
    if (status == dnnl_success) status = operations_fill(operations, epilogue);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*result, operations);
    if (operations) dnnl_post_ops_destroy(operations);
    if (status != dnnl_success) dnnl_primitive_attr_destroy(*result);
    return status;
}

// MARK: Primitives

static dnnl_status_t memory_create(onednn_primitive *primitive, int role, int argument) {
    layout_ref description =
        dnnl_primitive_desc_query_md(primitive->description, dnnl_query_exec_arg_md, argument);
    if (description == NULL) return dnnl_invalid_arguments;
    if (role == onednn_scratch && dnnl_memory_desc_get_size(description) == 0) return dnnl_success;
    dnnl_status_t status =
        dnnl_memory_create(&primitive->memories[role], description, onednn_engine(), DNNL_MEMORY_NONE);
    if (status != dnnl_success) return status;
    primitive->arguments[role] = argument;
    primitive->bound[primitive->count++] = (dnnl_exec_arg_t){argument, primitive->memories[role]};
    return dnnl_success;
}

dnnl_status_t onednn_primitive_create(
    onednn_primitive **result, dnnl_primitive_desc_t description, const onednn_binding *bindings, int count) {
    onednn_primitive *primitive = calloc(1, sizeof(onednn_primitive));
    if (primitive == NULL) {
        dnnl_primitive_desc_destroy(description);
        return dnnl_out_of_memory;
    }
    primitive->description = description;
    dnnl_status_t status =
        dnnl_stream_create(&primitive->stream, onednn_engine(), dnnl_stream_default_flags);
    if (status == dnnl_success) status = dnnl_primitive_create(&primitive->primitive, description);
    for (int i = 0; i < count && status == dnnl_success; i++) {
        status = memory_create(primitive, bindings[i].role, bindings[i].argument);
    }
    if (status == dnnl_success) status = memory_create(primitive, onednn_scratch, DNNL_ARG_SCRATCHPAD);
    if (status == dnnl_success) {
        *result = primitive;
    } else {
        onednn_primitive_destroy(primitive);
    }
    return status;
}

onednn_layout *onednn_primitive_layout(const onednn_primitive *primitive, int role) {
    if (primitive->memories[role] == NULL) return NULL;
    layout_ref description = dnnl_primitive_desc_query_md(
        primitive->description, dnnl_query_exec_arg_md, primitive->arguments[role]);
    onednn_layout *result = calloc(1, sizeof(onednn_layout));
    if (result == NULL || description == NULL) return result;
    if (layout_copy(&result->description, description) == dnnl_success) return result;
    free(result);
    return NULL;
}

onednn_status onednn_primitive_bind(onednn_primitive *primitive, int role, void *address) {
    if (primitive->memories[role] == NULL) return dnnl_invalid_arguments;
    return (onednn_status)dnnl_memory_set_data_handle(primitive->memories[role], address);
}

onednn_status onednn_primitive_run(const onednn_primitive *primitive) {
    return (onednn_status)dnnl_primitive_execute(
        primitive->primitive, primitive->stream, primitive->count, primitive->bound);
}

const char *onednn_primitive_implementation(const onednn_primitive *primitive) {
    const char *name = NULL;
    dnnl_status_t status =
        dnnl_primitive_desc_query(primitive->description, dnnl_query_impl_info_str, 0, (void *)&name);
    return status == dnnl_success && name ? name : "unknown";
}

void onednn_primitive_destroy(onednn_primitive *primitive) {
    if (primitive == NULL) return;
    for (int role = 0; role < onednn_role_count; role++) {
        if (primitive->memories[role]) dnnl_memory_destroy(primitive->memories[role]);
    }
    if (primitive->primitive) dnnl_primitive_destroy(primitive->primitive);
    if (primitive->description) dnnl_primitive_desc_destroy(primitive->description);
    if (primitive->stream) dnnl_stream_destroy(primitive->stream);
    free(primitive);
}
