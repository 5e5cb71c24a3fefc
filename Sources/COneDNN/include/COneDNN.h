// oneDNN's primitives behind one small interface that is the same on its major versions 2 and 3, and uses no
// macros or sentinel arrays, which Swift does not see.
//
// A layout says how a tensor of floats lies in memory; oneDNN picks blocked ones that suit its kernels. A
// primitive is one compiled operation. It owns no tensors: the caller binds an address to each part, once or
// as often as it likes, and runs it. A primitive may be created on any thread and is used by one thread at a
// time; different primitives may run at the same time. Whoever creates or runs primitives does so between
// `onednn_enter` and `onednn_leave`, so that everything is computed on the calling thread alone (see
// `COneDNNThreads.c`).

#ifndef CONEDNN_H
#define CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

/// What became of a call: `onednn_success`, or the status that oneDNN gave.
typedef int onednn_status;

/// The status of a call that did what it was asked.
enum { onednn_success = 0 };

/// oneDNN's name of a status, as in `out_of_memory`.
const char *onednn_status_name(onednn_status status);

/// Whether the status of an attempt to make something says that oneDNN does not do such things.
bool onednn_status_is_unsupported(onednn_status status);

/// The version of the library that is loaded, as in 20603 for 2.6.3.
int onednn_version(void);

/// Confines oneDNN to the calling thread; returns what `onednn_leave` needs to undo that.
int onednn_enter(void);

/// Ends what `onednn_enter` began.
void onednn_leave(int entered);

// MARK: Layouts

/// How a tensor lies in memory.
typedef struct onednn_layout onednn_layout;

/// The most axes a tensor may have.
enum { onednn_maximum_rank = 12 };

/// A layout with these strides, in elements.
onednn_status onednn_layout_strided(
    const int64_t *extents, const int64_t *strides, int rank, onednn_layout **result);

/// The layout of images `[samples, channels, spatial…]` with sixteen channels side by side.
onednn_status onednn_layout_blocked(const int64_t *extents, int rank, onednn_layout **result);

/// Whether two layouts are the same, extents included.
bool onednn_layout_equal(const onednn_layout *left, const onednn_layout *right);

/// The memory that a tensor takes, in bytes, padding included.
size_t onednn_layout_size(const onednn_layout *layout);

/// How many neighbouring channels lie side by side if the layout is that of `[samples, channels, spatial…]`
/// with blocked channels, 1 if it is row-major, and 0 if it is neither.
int onednn_layout_channel_block(const onednn_layout *layout);

/// Frees a layout; null is allowed.
void onednn_layout_destroy(onednn_layout *layout);

// MARK: Primitives

/// The parts a tensor can play in a primitive.
///
/// In a backward primitive `destination` is the gradient that comes in; `source`, `weights` and `bias` are
/// the gradients that come out, or the tensors themselves where those are read.
enum {
    onednn_source,
    onednn_weights,
    onednn_bias,
    onednn_destination,
    onednn_scratch,
    onednn_role_count
};

/// A compiled operation.
typedef struct onednn_primitive onednn_primitive;

/// The layout of the tensor that plays a part, or null if there is none.
///
/// The caller destroys it.
onednn_layout *onednn_primitive_layout(const onednn_primitive *primitive, int role);

/// Says where the tensor that plays a part is from now on.
onednn_status onednn_primitive_bind(onednn_primitive *primitive, int role, void *address);

/// Computes; every part has been bound.
onednn_status onednn_primitive_run(const onednn_primitive *primitive);

/// The name of oneDNN's implementation, as in `jit:avx512_core`.
const char *onednn_primitive_implementation(const onednn_primitive *primitive);

/// Frees a primitive; null is allowed.
void onednn_primitive_destroy(onednn_primitive *primitive);

// MARK: Functions of single elements

/// A function of single elements, with two constants a and b.
typedef enum {
    /// None.
    onednn_identity,
    /// x where positive, a·x elsewhere.
    onednn_relu,
    /// x limited to a…b.
    onednn_clip,
    onednn_logistic,
    onednn_tanh,
    /// x where positive, a·(eˣ − 1) elsewhere.
    onednn_elu,
    /// x·Φ(x).
    onednn_gelu,
    /// The approximation of x·Φ(x) by a hyperbolic tangent.
    onednn_gelu_tanh,
    /// x·σ(a·x).
    onednn_swish
} onednn_function;

/// A function with its constants.
typedef struct {
    onednn_function function;
    float a, b;
} onednn_activation;

/// What follows a convolution or product before its result is stored.
typedef struct {
    /// Adds what the destination holds already.
    bool accumulates;
    onednn_activation activation;
} onednn_epilogue;

/// Reads source; writes destination, which may be the same memory.
onednn_status onednn_elementwise_forward(
    onednn_activation activation, const onednn_layout *layout, onednn_primitive **result);

/// Reads weights, which stands for the input of the function, and destination; writes source, which may be
/// the memory of destination.
onednn_status onednn_elementwise_backward(
    onednn_activation activation, const onednn_layout *layout, onednn_primitive **result);

// MARK: Rearranging

/// Reads source; writes the same numbers to destination in another layout.
onednn_status onednn_reorder(const onednn_layout *from, const onednn_layout *to, onednn_primitive **result);

// MARK: Convolution and pooling

/// The most spatial axes a convolution or pooling may have.
enum { onednn_maximum_spatial_rank = 3 };

/// How a window slides along one spatial axis.
typedef struct {
    int64_t input, output;
    int64_t kernel, stride;
    /// The distance between neighbouring taps; 1 for a dense window.
    int64_t dilation;
    int64_t padding_before, padding_after;
} onednn_axis;

/// The sizes of a convolution; weights are `[output channels, input channels / groups, kernel…]`.
typedef struct {
    int64_t samples, input_channels, output_channels, groups;
    bool has_bias;
    int rank;
    onednn_axis axes[onednn_maximum_spatial_rank];
} onednn_convolution;

/// The row-major layout of a convolution's weights as its primitives see them: with the groups as an axis.
onednn_status onednn_convolution_weights(const onednn_convolution *convolution, onednn_layout **result);

/// Reads source, weights and, if there is one, bias; writes destination.
///
/// `source` is the layout of the source, or null to let oneDNN choose.
onednn_status onednn_convolution_forward(
    const onednn_convolution *convolution, const onednn_layout *source, onednn_epilogue epilogue,
    onednn_primitive **result);

/// Reads destination and weights; writes source.
onednn_status onednn_convolution_backward_data(
    const onednn_convolution *convolution, const onednn_layout *destination, onednn_primitive **result);

/// Reads source and destination; writes weights and, if there is one, bias.
onednn_status onednn_convolution_backward_weights(
    const onednn_convolution *convolution, onednn_primitive **result);

/// The sizes of a pooling that takes means.
typedef struct {
    int64_t samples, channels;
    /// Whether the padding counts.
    bool includes_padding;
    int rank;
    onednn_axis axes[onednn_maximum_spatial_rank];
} onednn_pooling;

/// Reads source; writes destination, in the layout of the source.
onednn_status onednn_pooling_forward(
    const onednn_pooling *pooling, const onednn_layout *source, onednn_primitive **result);

/// Reads destination; writes source, in these layouts.
onednn_status onednn_pooling_backward(
    const onednn_pooling *pooling, const onednn_layout *source, const onednn_layout *destination,
    onednn_primitive **result);

// MARK: Matrix products

/// `batch` products [rows, inner] · [inner, columns], plus one bias [columns] for all if asked.
typedef struct {
    int64_t batch, rows, inner, columns;
    /// The source is stored as [inner, rows].
    bool source_is_transposed;
    /// The weights stay the same over many runs, so that rearranging them once pays.
    bool weights_are_constant;
    /// The weights are stored as [columns, inner].
    bool weights_are_transposed;
    bool has_bias;
} onednn_product;

/// The caller's layout of a product's weights.
onednn_status onednn_product_weights(const onednn_product *product, onednn_layout **result);

/// Reads source, weights and, if there is one, bias; writes destination.
onednn_status onednn_product_forward(
    const onednn_product *product, onednn_epilogue epilogue, onednn_primitive **result);

#if defined(__cplusplus)
}
#endif

#endif
