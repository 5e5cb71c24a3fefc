#include <stdlib.h>

#include "COneDNNPrimitive.h"

dnnl_status_t onednn_describe(layout *result, int rank, const int64_t *extents, const int64_t *strides) {
    if (rank < 0 || rank > onednn_maximum_rank) return dnnl_unimplemented;
    dnnl_dims_t dense, given = {0}, sizes = {0};
    dnnl_dim_t stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
        dense[axis] = stride;
        stride *= extents[axis];
        sizes[axis] = extents[axis];
        if (strides) given[axis] = strides[axis];
    }
    return layout_strided(result, rank, sizes, strides ? given : dense);
}

onednn_status onednn_layout_strided(
    const int64_t *extents, const int64_t *strides, int rank, onednn_layout **result) {
    onednn_layout *layout = calloc(1, sizeof(onednn_layout));
    if (layout == NULL) return dnnl_out_of_memory;
    dnnl_status_t status = onednn_describe(&layout->description, rank, extents, strides);
    if (status == dnnl_success) {
        *result = layout;
    } else {
        free(layout);
    }
    return (onednn_status)status;
}

onednn_status onednn_layout_blocked(const int64_t *extents, int rank, onednn_layout **result) {
    static const dnnl_format_tag_t tags[] = {dnnl_aBc16b, dnnl_aBcd16b, dnnl_aBcde16b};
    if (rank < 3 || rank > 5) return dnnl_unimplemented;
    onednn_layout *layout = calloc(1, sizeof(onednn_layout));
    if (layout == NULL) return dnnl_out_of_memory;
    dnnl_dims_t sizes = {0};
    for (int axis = 0; axis < rank; axis++) sizes[axis] = extents[axis];
    dnnl_status_t status = layout_tagged(&layout->description, rank, sizes, tags[rank - 3]);
    if (status == dnnl_success) {
        *result = layout;
    } else {
        free(layout);
    }
    return (onednn_status)status;
}

bool onednn_layout_equal(const onednn_layout *left, const onednn_layout *right) {
    return dnnl_memory_desc_equal(described(left), described(right)) != 0;
}

size_t onednn_layout_size(const onednn_layout *layout) { return dnnl_memory_desc_get_size(described(layout)); }

static bool is_tagged(const onednn_layout *candidate, dnnl_format_tag_t tag) {
    dnnl_dims_t extents = {0};
    int rank = layout_extents(described(candidate), extents);
    layout tagged;
    if (layout_tagged(&tagged, rank, extents, tag) != dnnl_success) return false;
    bool equal = dnnl_memory_desc_equal(described(candidate), layout_borrow(&tagged)) != 0;
    layout_free(&tagged);
    return equal;
}

int onednn_layout_channel_block(const onednn_layout *layout) {
    static const dnnl_format_tag_t tags[3][3] = {
        {dnnl_abc, dnnl_aBc8b, dnnl_aBc16b},
        {dnnl_abcd, dnnl_aBcd8b, dnnl_aBcd16b},
        {dnnl_abcde, dnnl_aBcde8b, dnnl_aBcde16b},
    };
    dnnl_dims_t extents = {0};
    int rank = layout_extents(described(layout), extents);
    if (rank < 3 || rank > 5) return 0;
    const dnnl_format_tag_t *of = tags[rank - 3];
    if (is_tagged(layout, of[0])) return 1;
    return is_tagged(layout, of[1]) ? 8 : is_tagged(layout, of[2]) ? 16 : 0;
}

void onednn_layout_destroy(onednn_layout *layout) {
    if (layout == NULL) return;
    layout_free(&layout->description);
    free(layout);
}
