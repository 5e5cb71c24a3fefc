// Loops over floats that are worth their own instructions: between the primitives of a library they would be
// passes over memory that no library fuses.
//
// Every function is compiled for several instruction sets, and the processor's best is chosen when the
// program starts. Blocked images are `[samples, channels / 16, height, width, 16]`, the last block filled up
// with zeros; their addresses are multiples of 64 bytes.

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

/// The number of channels that lie side by side in a blocked image.
enum { kernels_block = 16 };

/// result = left + right; any of them may be the same.
void kernels_add(float *result, const float *left, const float *right, int64_t count);

/// result = left · right; any of them may be the same.
void kernels_multiply(float *result, const float *left, const float *right, int64_t count);

/// result = gradient where output is positive, slope · gradient elsewhere; `result` may be `gradient`.
void kernels_relu_backward(
    float *result, const float *gradient, const float *output, float slope, int64_t count);

/// result = left + right where output is positive, slope times that elsewhere.
void kernels_add_relu_backward(
    float *result, const float *left, const float *right, const float *output, float slope, int64_t count);

/// result = gradient where output lies strictly between the limits, 0 elsewhere.
void kernels_clip_backward(
    float *result, const float *gradient, const float *output, float lower, float upper, int64_t count);

/// result = gradient · output · (1 − output), the derivative of the logistic function.
void kernels_logistic_backward(float *result, const float *gradient, const float *output, int64_t count);

/// result = gradient · (1 − output²), the derivative of the hyperbolic tangent.
void kernels_tanh_backward(float *result, const float *gradient, const float *output, int64_t count);

/// sums[c] = the sum of column c of a row-major matrix.
void kernels_column_sums(float *sums, const float *matrix, int64_t rows, int64_t columns);

/// The exponentials of each row, divided by their sum.
void kernels_softmax(const float *source, float *result, int64_t rows, int64_t length);

/// result = output · (gradient − the row's sum of gradient · output).
void kernels_softmax_backward(
    const float *gradient, const float *output, float *result, int64_t rows, int64_t length);

/// Each row brought to mean 0 and variance 1, then scaled and shifted; `bias` may be null.
///
/// `moments` gets two floats a row: its mean, and one over the root of its variance and epsilon.
void kernels_layer_normalize(
    const float *source, const float *scale, const float *bias, float epsilon, float *result, float *moments,
    int64_t rows, int64_t length);

/// The gradient with respect to the rows.
void kernels_layer_normalize_backward(
    const float *gradient, const float *source, const float *scale, const float *moments, float *result,
    int64_t rows, int64_t length);

/// A maximum over windows of blocked images.
typedef struct {
    /// Samples times blocks of channels.
    int64_t planes;
    int64_t input_height, input_width, output_height, output_width;
    int64_t kernel_height, kernel_width, stride_height, stride_width;
    int64_t dilation_height, dilation_width, padding_top, padding_left;
} kernels_pooling;

/// The largest element of each window and, in `taps`, which tap of the window it is: the first one on a tie,
/// and NaN before everything else.
///
/// Windows have at most 255 taps; padding never wins unless a window holds nothing else. The maxima are
/// rectified if wanted, and `taps` may be null.
void kernels_maximum_forward(
    const kernels_pooling *pooling, const float *source, bool rectifies, float *result, uint8_t *taps);

/// Sends each gradient to where the maximum was.
///
/// If `output` is not null, a rectifier followed the maximum: only gradients of positive outputs pass.
void kernels_maximum_backward(
    const kernels_pooling *pooling, const float *gradient, const float *output, const uint8_t *taps,
    float *result);

/// A two-dimensional convolution with one group.
typedef struct {
    int64_t samples, input_channels, output_channels;
    int64_t input_height, input_width, output_height, output_width;
    int64_t kernel_height, kernel_width, stride_height, stride_width, padding_top, padding_left;
} kernels_convolution;

/// A gradient that arrives through a maximum over the windows of a convolution's blocked output, and the
/// rectifier that may follow it.
typedef struct {
    /// The maximum; its planes are those of all samples.
    const kernels_pooling *pooling;
    /// Where the maxima were.
    const uint8_t *taps;
    /// The rectified maxima, or null if nothing rectifies them.
    const float *output;
} kernels_maximum;

/// How many floats of its own `kernels_thin_backward` needs.
int64_t kernels_thin_scratch(const kernels_convolution *convolution);

/// How many floats the weights take as `kernels_thin_backward` reads them.
int64_t kernels_thin_weights(const kernels_convolution *convolution);

/// Rearranges row-major weights `[output channels, input channels, kernel height, kernel width]`.
void kernels_thin_pack(const kernels_convolution *convolution, const float *weights, float *packed);

/// The gradient with respect to row-major images of few channels from that with respect to the blocked
/// output, or, if `maximum` is not null, from that with respect to the maxima of the output.
void kernels_thin_backward(
    const kernels_convolution *convolution, const kernels_maximum *maximum, const float *gradient,
    const float *packed, float *scratch, float *result);

/// Whether this processor has registers for the sums that `kernels_pooled_forward` keeps.
bool kernels_pooled_suits(void);

/// How many floats of its own `kernels_pooled_forward` needs.
int64_t kernels_pooled_scratch(const kernels_convolution *convolution, const kernels_pooling *pooling);

/// The maxima over the output of a convolution of row-major images of few channels, as
/// `kernels_maximum_forward` gives them; that output itself is kept nowhere.
///
/// The weights are those that `kernels_thin_pack` arranges, and the bias is filled up with zeros to whole
/// blocks. The pooling's dilations are 1.
void kernels_pooled_forward(
    const kernels_convolution *convolution, const kernels_pooling *pooling, const float *images,
    const float *packed, const float *bias, bool rectifies, float *scratch, float *result, uint8_t *taps);

/// How many floats of its own `kernels_sparse_backward` needs.
int64_t kernels_sparse_scratch(const kernels_convolution *convolution, const kernels_pooling *pooling);

/// How many floats the weights take as `kernels_sparse_backward` reads them.
int64_t kernels_sparse_weights(const kernels_convolution *convolution);

/// Rearranges row-major weights `[output channels, input channels, kernel height, kernel width]`.
void kernels_sparse_pack(const kernels_convolution *convolution, const float *weights, float *packed);

/// Whether this processor computes such a convolution faster by Winograd's method than directly.
bool kernels_winograd_suits(const kernels_convolution *convolution);

/// How many floats the weights take as `kernels_winograd_forward` reads them.
int64_t kernels_winograd_weights(const kernels_convolution *convolution);

/// How many floats of its own `kernels_winograd_forward` needs.
int64_t kernels_winograd_scratch(const kernels_convolution *convolution);

/// Transforms row-major weights `[output channels, input channels, 3, 3]`.
///
/// If `swaps`, the weights are those of a convolution `[input channels, output channels, 3, 3]` whose gradient
/// with respect to its images this one computes.
void kernels_winograd_pack(
    const kernels_convolution *convolution, const float *weights, bool swaps, float *packed);

/// Where the result of `kernels_winograd_forward` goes.
typedef struct {
    /// The blocked output, or the maxima over it.
    float *values;
    /// Where the maxima were, or null.
    uint8_t *taps;
    /// A blocked image that is added, or null; none where there are maxima.
    const float *addend;
    /// Whether what is below zero becomes zero.
    bool rectifies;
} kernels_winograd_result;

/// A convolution of blocked images with kernels of three by three and strides of one.
///
/// If `pooling` is not null, it is a maximum over two by two pixels, two apart, without padding. The bias is
/// filled up with zeros to whole blocks, and may be null.
void kernels_winograd_forward(
    const kernels_convolution *convolution, const kernels_pooling *pooling, const float *source,
    const float *packed, const float *bias, float *scratch, const kernels_winograd_result *result);

/// What the gradient with respect to blocked images needs, and where it goes.
typedef struct {
    /// The weights that `kernels_sparse_pack` arranges.
    const float *packed;
    float *result;
} kernels_sparse_images;

/// What the gradient with respect to the weights needs, and where it goes.
typedef struct {
    /// The blocked images.
    const float *source;
    /// As many floats as `kernels_sparse_weights` says, of no meaning before and after.
    float *packed;
    /// Row-major.
    float *weights;
    /// One number for each output channel.
    float *bias;
} kernels_sparse_sums;

/// The gradients of a convolution of blocked images from that with respect to the maxima of the output; a
/// null says that one of them is not wanted.
void kernels_sparse_backward(
    const kernels_convolution *convolution, const kernels_maximum *maximum, const float *gradient,
    const kernels_sparse_images *images, const kernels_sparse_sums *sums, float *scratch);

// What attacks ask of every element of one sample, over and over; the same bits for every instruction set.

/// The scalar product, in double precision.
double kernels_dot(const float *left, const float *right, int64_t count);

/// The sum of absolute values, in double precision.
double kernels_sum_magnitudes(const float *elements, int64_t count);

/// elements += factor · others.
void kernels_add_multiple(float *elements, float factor, const float *others, int64_t count);

/// How much a step to a hyperplane gains along each element, |weight| (0 for a NaN), and how far the element can go.
void kernels_plane_rooms(
    const float *weights, const float *point, const float *lower, const float *upper, bool is_forward,
    double *sizes, double *rooms, int64_t count);

/// A step of `factor`, or of `factor` times the element's size, is cut where there is no room for it: `cut` is the
/// sum of size · room there, and `left` that of size · (1 or size) elsewhere. Nothing is cut by a factor of 0.
void kernels_plane_sums(
    const double *sizes, const double *rooms, double factor, bool is_proportional, int64_t count, double *cut,
    double *left);

/// That step, in the direction of the weights or against it; elements of size 0 stay.
void kernels_plane_step(
    const float *weights, const double *sizes, const double *rooms, double factor, bool is_proportional,
    bool is_forward, float *step, int64_t count);

/// point = (point + overshoot · onward) · (1 − pull) + (sample + overshoot · home) · pull, moved into the box.
void kernels_mix_steps(
    float *point, const float *onward, const float *sample, const float *home, float overshoot, float pull,
    const float *lower, const float *upper, int64_t count);

/// The largest absolute value; NaN counts as 0.
float kernels_largest_magnitude(const float *elements, int64_t count);

/// A step of a length along the signs of a gradient, NaN counting as 0, cut off at the intervals; of that the share
/// `momentum`, and of the step before the rest; cut off again.
void kernels_ascend(
    const float *point, const float *previous, const float *gradient, float length, float momentum,
    const float *lower, const float *upper, float *result, int64_t count);

/// Whether all elements are finite and lie in their intervals.
bool kernels_is_inside(const float *point, const float *lower, const float *upper, int64_t count);

/// The largest difference of two elements, taken in double precision; NaN if one is NaN.
double kernels_largest_distance(const float *left, const float *right, int64_t count);

#if defined(__cplusplus)
}
#endif

#endif
