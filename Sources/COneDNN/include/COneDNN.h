// oneDNN's convolutions, matrix products and poolings behind one small interface.
//
// oneDNN's C interface changed between its major versions 2 and 3, and uses macros and sentinel arrays that
// Swift does not see. What is declared here looks the same on both. All tensors are dense row-major floats:
// activations are [samples, channels, spatial…], convolution weights [output channels, input channels /
// groups, kernel…].
//
// An operation may be created on any thread and is used by one thread at a time; different operations may run
// at the same time. Every call computes on the calling thread alone (see `COneDNNThreads.c`).

#ifndef CONEDNN_H
#define CONEDNN_H

#include <stdbool.h>
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

/// Whether the status of an attempt to make an operation says that oneDNN does not do such operations.
bool onednn_status_is_unsupported(onednn_status status);

/// The version of the library that is loaded, as in 20603 for 2.6.3.
int onednn_version(void);

/// The parts a tensor can play in an operation; positions in the buffers of `onednn_execute`.
///
/// A backward operation uses the same parts for the gradients: its `destination` is the gradient at the
/// output.
enum { onednn_source, onednn_weights, onednn_bias, onednn_destination, onednn_role_count };

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

/// The sizes of a convolution apart from its spatial axes.
typedef struct {
    int64_t samples, input_channels, output_channels, groups;
    bool has_bias;
} onednn_convolution;

/// How a pooling reduces its window.
typedef enum {
    onednn_pooling_maximum,
    onednn_pooling_average_of_valid,
    onednn_pooling_average_of_all
} onednn_pooling_kind;

/// The sizes of a pooling apart from its spatial axes.
typedef struct {
    int64_t samples, channels;
    onednn_pooling_kind kind;
} onednn_pooling;

/// `batch` products [rows, inner] · [inner, columns], plus one bias [columns] for all if asked.
typedef struct {
    int64_t batch, rows, inner, columns;
    /// The source is stored as [inner, rows].
    bool source_is_transposed;
    /// The weights are stored as [columns, inner].
    bool weights_are_transposed;
    /// The weights stay the same over many executions, so that rearranging them once pays.
    bool weights_are_constant;
    bool has_bias;
} onednn_product;

/// A compiled operation with its buffers.
typedef struct onednn_operation onednn_operation;

/// Reads source, weights and, if there is one, bias; writes destination.
onednn_status onednn_convolution_forward(
    const onednn_convolution *convolution, const onednn_axis *axes, int rank, onednn_operation **result);

/// Reads destination and weights; writes source.
onednn_status onednn_convolution_backward_data(
    const onednn_convolution *convolution, const onednn_axis *axes, int rank, onednn_operation **result);

/// Reads source and destination; writes weights and, if there is one, bias.
onednn_status onednn_convolution_backward_weights(
    const onednn_convolution *convolution, const onednn_axis *axes, int rank, onednn_operation **result);

/// Reads source; writes destination. `trains` says that a backward operation will follow each execution.
onednn_status onednn_pooling_forward(
    const onednn_pooling *pooling, const onednn_axis *axes, int rank, bool trains, onednn_operation **result);

/// Reads destination; writes source. Goes back through the last execution of `forward`, which has to outlive
/// it.
onednn_status onednn_pooling_backward(
    const onednn_pooling *pooling, const onednn_axis *axes, int rank, const onednn_operation *forward,
    onednn_operation **result);

/// Reads source, weights and, if there is one, bias; writes destination.
onednn_status onednn_product_forward(const onednn_product *product, onednn_operation **result);

/// Runs an operation on the caller's tensors.
///
/// `buffers` holds one address for each role; those the operation does not use may be null, and those it
/// reads are not written to. If `weights_changed` is false, the weights have the address and the content of
/// the last call.
onednn_status onednn_execute(onednn_operation *operation, float *const *buffers, bool weights_changed);

/// Frees an operation; null is allowed.
void onednn_destroy(onednn_operation *operation);

#if defined(__cplusplus)
}
#endif

#endif
