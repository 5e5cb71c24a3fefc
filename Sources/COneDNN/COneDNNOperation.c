#include "COneDNNOperation.h"

#include <pthread.h>
#include <stdlib.h>

#include "COneDNNThreads.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;

static void create_engine(void) {
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t onednn_engine(void) {
    pthread_once(&once, create_engine);
    return engine;
}

dnnl_status_t onednn_attributes_create(dnnl_primitive_attr_t *result) {
    dnnl_status_t status = dnnl_primitive_attr_create(result);
    if (status != dnnl_success) return status;
    status = dnnl_primitive_attr_set_scratchpad_mode(*result, dnnl_scratchpad_mode_user);
    if (status != dnnl_success) dnnl_primitive_attr_destroy(*result);
    return status;
}

// MARK: Steps

static void step_add(onednn_step *step, int argument, dnnl_memory_t memory) {
    step->arguments[step->count++] = (dnnl_exec_arg_t){argument, memory};
}

static dnnl_status_t step_create(onednn_step *step, const_dnnl_primitive_desc_t description) {
    dnnl_status_t status = dnnl_primitive_create(&step->primitive, description);
    if (status != dnnl_success) return status;
    layout_ref scratch = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    if (scratch == NULL || dnnl_memory_desc_get_size(scratch) == 0) return dnnl_success;
    status = dnnl_memory_create(&step->scratchpad, scratch, onednn_engine(), DNNL_MEMORY_ALLOCATE);
    if (status == dnnl_success) step_add(step, DNNL_ARG_SCRATCHPAD, step->scratchpad);
    return status;
}

static void step_free(onednn_step *step) {
    if (step->primitive) dnnl_primitive_destroy(step->primitive);
    if (step->scratchpad) dnnl_memory_destroy(step->scratchpad);
}

static dnnl_status_t step_run(const onednn_step *step, dnnl_stream_t stream) {
    return dnnl_primitive_execute(step->primitive, stream, step->count, step->arguments);
}

// MARK: Slots

static dnnl_status_t conversion_create(onednn_step *step, layout_ref from, layout_ref to) {
    dnnl_primitive_attr_t attributes;
    dnnl_status_t status = onednn_attributes_create(&attributes);
    if (status != dnnl_success) return status;
    dnnl_primitive_desc_t description;
    status = dnnl_reorder_primitive_desc_create(
        &description, from, onednn_engine(), to, onednn_engine(), attributes);
    dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) return status;
    status = step_create(step, description);
    dnnl_primitive_desc_destroy(description);
    return status;
}

static dnnl_status_t slot_create(onednn_slot *slot, const onednn_binding *binding, layout_ref inner) {
    slot->is_written = binding->is_written;
    dnnl_status_t status;
    status = dnnl_memory_create(&slot->outer, binding->outer, onednn_engine(), DNNL_MEMORY_NONE);
    if (status != dnnl_success || dnnl_memory_desc_equal(binding->outer, inner)) return status;
    status = dnnl_memory_create(&slot->inner, inner, onednn_engine(), DNNL_MEMORY_ALLOCATE);
    if (status != dnnl_success) return status;
    layout_ref from = slot->is_written ? inner : binding->outer;
    layout_ref to = slot->is_written ? binding->outer : inner;
    status = conversion_create(&slot->conversion, from, to);
    if (status != dnnl_success) return status;
    step_add(&slot->conversion, DNNL_ARG_FROM, slot->is_written ? slot->inner : slot->outer);
    step_add(&slot->conversion, DNNL_ARG_TO, slot->is_written ? slot->outer : slot->inner);
    return dnnl_success;
}

static void slot_free(onednn_slot *slot) {
    step_free(&slot->conversion);
    if (slot->inner) dnnl_memory_destroy(slot->inner);
    if (slot->outer) dnnl_memory_destroy(slot->outer);
}

// MARK: Operations

static dnnl_status_t workspace_create(onednn_operation *operation, const onednn_operation *forward) {
    layout_ref needed = dnnl_primitive_desc_query_md(operation->description, dnnl_query_workspace_md, 0);
    if (needed == NULL || dnnl_memory_desc_get_size(needed) == 0) return dnnl_success;
    if (forward) {
        operation->workspace = forward->workspace;
        if (operation->workspace == NULL) return dnnl_invalid_arguments;
    } else {
        operation->owns_workspace = true;
        dnnl_status_t status =
            dnnl_memory_create(&operation->workspace, needed, onednn_engine(), DNNL_MEMORY_ALLOCATE);
        if (status != dnnl_success) return status;
    }
    step_add(&operation->step, DNNL_ARG_WORKSPACE, operation->workspace);
    return dnnl_success;
}

static dnnl_status_t operation_fill(
    onednn_operation *operation, const onednn_binding *bindings, int count, const onednn_operation *forward) {
    dnnl_status_t status = dnnl_stream_create(&operation->stream, onednn_engine(), dnnl_stream_default_flags);
    if (status == dnnl_success) status = step_create(&operation->step, operation->description);
    if (status == dnnl_success) status = workspace_create(operation, forward);
    for (int i = 0; i < count && status == dnnl_success; i++) {
        onednn_slot *slot = &operation->slots[bindings[i].role];
        layout_ref inner = dnnl_primitive_desc_query_md(
            operation->description, dnnl_query_exec_arg_md, bindings[i].argument);
        if (inner == NULL) return dnnl_invalid_arguments;
        status = slot_create(slot, &bindings[i], inner);
        step_add(&operation->step, bindings[i].argument, slot->inner ? slot->inner : slot->outer);
    }
    return status;
}

dnnl_status_t onednn_operation_create(
    onednn_operation **result, dnnl_primitive_desc_t description, const onednn_binding *bindings, int count,
    const onednn_operation *forward) {
    onednn_operation *operation = calloc(1, sizeof(onednn_operation));
    if (operation == NULL) {
        dnnl_primitive_desc_destroy(description);
        return dnnl_out_of_memory;
    }
    operation->description = description;
    dnnl_status_t status = operation_fill(operation, bindings, count, forward);
    if (status == dnnl_success) {
        *result = operation;
    } else {
        onednn_destroy(operation);
    }
    return status;
}

void onednn_destroy(onednn_operation *operation) {
    if (operation == NULL) return;
    step_free(&operation->step);
    for (int role = 0; role < onednn_role_count; role++) slot_free(&operation->slots[role]);
    if (operation->owns_workspace && operation->workspace) dnnl_memory_destroy(operation->workspace);
    if (operation->description) dnnl_primitive_desc_destroy(operation->description);
    if (operation->stream) dnnl_stream_destroy(operation->stream);
    free(operation);
}

// MARK: Running

static dnnl_status_t run(onednn_operation *operation, float *const *buffers, bool weights_changed) {
    dnnl_status_t status = dnnl_success;
    for (int role = 0; role < onednn_role_count; role++) {
        onednn_slot *slot = &operation->slots[role];
        if (slot->outer == NULL) continue;
        if (buffers[role] == NULL) return dnnl_invalid_arguments;
        status = dnnl_memory_set_data_handle(slot->outer, buffers[role]);
        if (status != dnnl_success) return status;
        if (slot->inner == NULL || slot->is_written) continue;
        if (role == onednn_weights && slot->is_loaded && !weights_changed) continue;
        status = step_run(&slot->conversion, operation->stream);
        if (status != dnnl_success) return status;
        slot->is_loaded = true;
    }
    status = step_run(&operation->step, operation->stream);
    for (int role = 0; role < onednn_role_count && status == dnnl_success; role++) {
        onednn_slot *slot = &operation->slots[role];
        if (slot->inner && slot->is_written) status = step_run(&slot->conversion, operation->stream);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(operation->stream);
    return status;
}

onednn_status onednn_execute(onednn_operation *operation, float *const *buffers, bool weights_changed) {
    int previous = onednn_threads_limit();
    dnnl_status_t status = run(operation, buffers, weights_changed);
    onednn_threads_restore(previous);
    return (onednn_status)status;
}
