#include "COneDNNPrimitive.h"
#include "COneDNNWindow.h"

static onednn_status create(
    const onednn_pooling *p, layout_ref source, layout_ref destination, bool back,
    onednn_primitive **result) {
    if (p->rank < 1 || p->rank > onednn_maximum_spatial_rank) return dnnl_unimplemented;
    dnnl_alg_kind_t algorithm =
        p->includes_padding ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding;
    layouts of = {source, NULL, NULL, destination};
    window window = window_of(p->axes, p->rank);
    dnnl_primitive_attr_t attributes;
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = onednn_attributes_create(&attributes, onednn_no_epilogue());
    if (status != dnnl_success) return (onednn_status)status;
    status = pooling_forward_create(
        &description, onednn_engine(), dnnl_forward_training, algorithm, of, &window, attributes);
    if (status == dnnl_success && back) {
        dnnl_primitive_desc_t first = description;
        status = pooling_backward_create(
            &description, onednn_engine(), algorithm, of, &window, attributes, first);
        dnnl_primitive_desc_destroy(first);
    }
    dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) return (onednn_status)status;
    static const onednn_binding bindings[][2] = {
        {{onednn_source, DNNL_ARG_SRC}, {onednn_destination, DNNL_ARG_DST}},
        {{onednn_source, DNNL_ARG_DIFF_SRC}, {onednn_destination, DNNL_ARG_DIFF_DST}},
    };
    return (onednn_status)onednn_primitive_create(result, description, bindings[back ? 1 : 0], 2);
}

onednn_status onednn_pooling_forward(
    const onednn_pooling *pooling, const onednn_layout *source, onednn_primitive **result) {
    dnnl_dims_t outputs = {pooling->samples, pooling->channels};
    for (int i = 0; i < pooling->rank && i < onednn_maximum_spatial_rank; i++) {
        outputs[2 + i] = pooling->axes[i].output;
    }
    layout open = {0};
    dnnl_status_t status = layout_any(&open, 2 + pooling->rank, outputs);
    if (status != dnnl_success) return (onednn_status)status;
    onednn_status made = create(pooling, described(source), layout_borrow(&open), false, result);
    layout_free(&open);
    return made;
}

onednn_status onednn_pooling_backward(
    const onednn_pooling *pooling, const onednn_layout *source, const onednn_layout *destination,
    onednn_primitive **result) {
    return create(pooling, described(source), described(destination), true, result);
}
