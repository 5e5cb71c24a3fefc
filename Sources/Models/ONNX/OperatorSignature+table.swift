extension OperatorSignature {
    /// One operator a line, longer ones go on in lines that begin with a space: the type, all attributes of
    /// all its versions, and after an arrow the element type of each output.
    ///
    /// A number stands for the type of that input, `@a` for the type that attribute `a` holds, `?a=t` for the
    /// type `t` if there is an attribute `a`, and `|` for "or else". Without an arrow the outputs are of the
    /// type of input 0. Source: the operator schemas of the ONNX specification, all versions up to operator
    /// set 28, `ai.onnx.ml` 5.
    static let text = """
        Abs: consumed_inputs
        Acos:
        Acosh:
        Add: axis broadcast consumed_inputs
        AffineGrid: align_corners
        And: axis broadcast -> bool
        ArgMax: axis keepdims select_last_index -> int64
        ArgMin: axis keepdims select_last_index -> int64
        Asin:
        Asinh:
        Atan:
        Atanh:
        Attention: is_causal kv_num_heads left_window_size q_num_heads qk_matmul_output_mode
          right_window_size scale softcap softmax_precision -> 0 0 2 0
        AveragePool: auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides
        BatchNormalization: consumed_inputs epsilon is_test momentum spatial training_mode -> 0 3
        Bernoulli: dtype seed -> @dtype|0
        BitCast: to -> @to
        BitShift: direction
        BitwiseAnd:
        BitwiseNot:
        BitwiseOr:
        BitwiseXor:
        BlackmanWindow: output_datatype periodic -> @output_datatype|float
        Cast: round_mode saturate to -> @to
        CastLike: round_mode saturate -> 1
        CausalConvWithState: activation
        Ceil: consumed_inputs
        Celu: alpha
        CenterCropPad: axes
        Clip: consumed_inputs max min
        Col2Im: dilations pads strides
        Compress: axis
        Concat: axis
        Constant: sparse_value value value_float value_floats value_int value_ints value_string
          value_strings -> @value|?value_int=int64|?value_ints=int64|float
        ConstantOfShape: value -> @value|float
        Conv: auto_pad dilations group kernel_shape pads strides
        ConvInteger: auto_pad dilations group kernel_shape pads strides -> int32
        ConvTranspose: auto_pad dilations group kernel_shape output_padding output_shape pads strides
        Cos:
        Cosh:
        CumProd: exclusive reverse
        CumSum: exclusive reverse
        DFT: axis inverse onesided
        DeformConv: dilations group kernel_shape offset_group pads strides
        DepthToSpace: blocksize mode
        DequantizeLinear: axis block_size output_dtype -> @output_dtype|1
        Det:
        Div: axis broadcast consumed_inputs
        Dropout: consumed_inputs is_test ratio seed -> 0 bool
        DynamicQuantizeLinear: -> uint8 float uint8
        Einsum: equation
        Elu: alpha consumed_inputs
        Equal: axis broadcast -> bool
        Erf:
        Exp: consumed_inputs
        Expand:
        EyeLike: dtype k -> @dtype|0
        Flatten: axis
        Floor: consumed_inputs
        GRU: activation_alpha activation_beta activations clip direction hidden_size layout
          linear_before_reset output_sequence
        Gather: axis
        GatherElements: axis
        GatherND: batch_dims
        Gelu: approximate
        Gemm: alpha beta broadcast transA transB
        GlobalAveragePool:
        GlobalLpPool: p
        GlobalMaxPool:
        Greater: axis broadcast -> bool
        GreaterOrEqual: -> bool
        GridSample: align_corners mode padding_mode
        GroupNormalization: epsilon num_groups stash_type
        HammingWindow: output_datatype periodic -> @output_datatype|float
        HannWindow: output_datatype periodic -> @output_datatype|float
        HardSigmoid: alpha beta consumed_inputs
        HardSwish:
        Hardmax: axis
        If: else_branch then_branch
        Identity:
        InstanceNormalization: consumed_inputs epsilon
        IsInf: detect_negative detect_positive -> bool
        IsNaN: -> bool
        LRN: alpha beta bias size
        LSTM: activation_alpha activation_beta activations clip direction hidden_size input_forget
          layout output_sequence
        LayerNormalization: axis epsilon stash_type -> 0 @stash_type|float
        LeakyRelu: alpha consumed_inputs
        Less: axis broadcast -> bool
        LessOrEqual: -> bool
        LinearAttention: chunk_size kv_num_heads q_num_heads scale update_rule -> 0 3|0
        Log: consumed_inputs
        LogSoftmax: axis
        LpNormalization: axis p
        LpPool: auto_pad ceil_mode dilations kernel_shape p pads strides
        MatMul:
        MatMulInteger: -> int32
        Max: consumed_inputs
        MaxPool: auto_pad ceil_mode dilations kernel_shape pads storage_order strides -> 0 int64
        MaxRoiPool: pooled_shape spatial_scale
        MaxUnpool: kernel_shape pads strides
        Mean: consumed_inputs
        MeanVarianceNormalization: axes
        MelWeightMatrix: output_datatype -> @output_datatype|float
        Min: consumed_inputs
        Mish:
        Mod: fmod
        Mul: axis broadcast consumed_inputs
        Multinomial: dtype sample_size seed -> @dtype|int32
        Neg: consumed_inputs
        NegativeLogLikelihoodLoss: ignore_index reduction
        NonMaxSuppression: center_point_box -> int64
        NonZero: -> int64
        Not:
        OneHot: axis -> 2
        Or: axis broadcast -> bool
        PRelu: consumed_inputs
        Pad: mode paddings pads value
        Pow: axis broadcast
        QLinearConv: auto_pad dilations group kernel_shape pads strides -> 7
        QLinearMatMul: -> 7
        QuantizeLinear: axis block_size output_dtype precision saturate -> 2|@output_dtype|uint8
        RMSNormalization: axis epsilon stash_type -> 1
        RNN: activation_alpha activation_beta activations clip direction hidden_size layout
          output_sequence
        RandomNormal: dtype mean scale seed shape -> @dtype|float
        RandomNormalLike: dtype mean scale seed -> @dtype|0
        RandomUniform: dtype high low seed shape -> @dtype|float
        RandomUniformLike: dtype high low seed -> @dtype|0
        Range: stash_type
        Reciprocal: consumed_inputs
        ReduceL1: axes keepdims noop_with_empty_axes
        ReduceL2: axes keepdims noop_with_empty_axes
        ReduceLogSum: axes keepdims noop_with_empty_axes
        ReduceLogSumExp: axes keepdims noop_with_empty_axes
        ReduceMax: axes keepdims noop_with_empty_axes
        ReduceMean: axes keepdims noop_with_empty_axes
        ReduceMin: axes keepdims noop_with_empty_axes
        ReduceProd: axes keepdims noop_with_empty_axes
        ReduceSum: axes keepdims noop_with_empty_axes
        ReduceSumSquare: axes keepdims noop_with_empty_axes
        Relu: consumed_inputs
        Reshape: allowzero consumed_inputs shape
        Resize: antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside
          extrapolation_value keep_aspect_ratio_policy mode nearest_mode
        ReverseSequence: batch_axis time_axis
        RoiAlign: coordinate_transformation_mode mode output_height output_width sampling_ratio
          spatial_scale
        RotaryEmbedding: interleaved num_heads rotary_embedding_dim
        Round:
        STFT: onesided
        Scatter: axis
        ScatterElements: axis reduction
        ScatterND: reduction
        Selu: alpha consumed_inputs gamma
        Shape: end start -> int64
        Shrink: bias lambd
        Sigmoid: consumed_inputs
        Sign:
        Sin:
        Sinh:
        Size: -> int64
        Slice: axes ends starts
        Softmax: axis
        SoftmaxCrossEntropyLoss: ignore_index reduction
        Softplus:
        Softsign:
        SpaceToDepth: blocksize mode
        Split: axis num_outputs split
        Sqrt: consumed_inputs
        Squeeze: axes
        Sub: axis broadcast consumed_inputs
        Sum: consumed_inputs
        SwiGLU: alpha
        Swish: alpha
        Tan:
        Tanh: consumed_inputs
        TensorScatter: axis mode
        TfIdfVectorizer: max_gram_length max_skip_count min_gram_length mode ngram_counts ngram_indexes
          pool_int64s pool_strings weights -> float
        ThresholdedRelu: alpha
        Tile:
        TopK: axis k largest sorted -> 0 int64
        Transpose: perm
        Trilu: upper
        Unique: axis sorted -> 0 int64
        Unsqueeze: axes
        Upsample: height_scale mode scales width_scale
        Where: -> 1
        Xor: axis broadcast -> bool
        ai.onnx.ml.ArrayFeatureExtractor:
        ai.onnx.ml.Binarizer: threshold
        ai.onnx.ml.CategoryMapper: cats_int64s cats_strings default_int64 default_string -> int64
        ai.onnx.ml.FeatureVectorizer: inputdimensions -> float
        ai.onnx.ml.Imputer: imputed_value_floats imputed_value_int64s replaced_value_float
          replaced_value_int64
        ai.onnx.ml.LabelEncoder: classes_strings default_float default_int64 default_string
          default_tensor keys_floats keys_int64s keys_strings keys_tensor values_floats values_int64s
          values_strings values_tensor -> @values_tensor|?values_int64s=int64|?values_floats=float|int64
        ai.onnx.ml.LinearClassifier: classlabels_ints classlabels_strings coefficients intercepts
          multi_class post_transform -> int64 float
        ai.onnx.ml.LinearRegressor: coefficients intercepts post_transform targets -> float
        ai.onnx.ml.Normalizer: norm -> float
        ai.onnx.ml.OneHotEncoder: cats_int64s cats_strings zeros -> float
        ai.onnx.ml.SVMClassifier: classlabels_ints classlabels_strings coefficients kernel_params
          kernel_type post_transform prob_a prob_b rho support_vectors vectors_per_class -> int64 float
        ai.onnx.ml.SVMRegressor: coefficients kernel_params kernel_type n_supports one_class
          post_transform rho support_vectors -> float
        ai.onnx.ml.Scaler: offset scale -> float
        ai.onnx.ml.TreeEnsemble: aggregate_function leaf_targetids leaf_weights membership_values
          n_targets nodes_falseleafs nodes_falsenodeids nodes_featureids nodes_hitrates
          nodes_missing_value_tracks_true nodes_modes nodes_splits nodes_trueleafs nodes_truenodeids
          post_transform tree_roots
        ai.onnx.ml.TreeEnsembleClassifier: base_values base_values_as_tensor class_ids class_nodeids
          class_treeids class_weights class_weights_as_tensor classlabels_int64s classlabels_strings
          nodes_falsenodeids nodes_featureids nodes_hitrates nodes_hitrates_as_tensor
          nodes_missing_value_tracks_true nodes_modes nodes_nodeids nodes_treeids nodes_truenodeids
          nodes_values nodes_values_as_tensor post_transform -> int64 float
        ai.onnx.ml.TreeEnsembleRegressor: aggregate_function base_values base_values_as_tensor n_targets
          nodes_falsenodeids nodes_featureids nodes_hitrates nodes_hitrates_as_tensor
          nodes_missing_value_tracks_true nodes_modes nodes_nodeids nodes_treeids nodes_truenodeids
          nodes_values nodes_values_as_tensor post_transform target_ids target_nodeids target_treeids
          target_weights target_weights_as_tensor -> float
        ai.onnx.preview.FlexAttention: prob_mod scale score_mod softmax_precision
        ai.onnx.preview.training.Adagrad: decay_factor epsilon norm_coefficient -> 2
        ai.onnx.preview.training.Adam: alpha beta epsilon norm_coefficient norm_coefficient_post -> 2
        ai.onnx.preview.training.Momentum: alpha beta mode norm_coefficient -> 2
        """
}
