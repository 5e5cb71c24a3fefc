extension GlobalPolicy {
    /// The names that are known to be harmless to import and to call with any arguments, by module.
    static let allowed: [Substring: Set<Substring>] = {
        var table: [Substring: Set<Substring>] = [:]
        for line in (python + numpy + joblib + torch + torchLayers + scikitLearn).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let module = words.first else { continue }
            table[module, default: []].formUnion(words.dropFirst())
        }
        return table
    }()

    private static let python = """
        builtins set frozenset bytearray bytes complex int float bool str list dict tuple slice range object
        builtins Ellipsis NotImplemented Exception ValueError TypeError KeyError IndexError RuntimeError
        builtins ArithmeticError ZeroDivisionError OverflowError AttributeError StopIteration OSError IOError
        collections OrderedDict defaultdict Counter deque
        copyreg _reconstructor
        _codecs encode
        datetime date time datetime timedelta timezone
        decimal Decimal
        fractions Fraction
        uuid UUID
        pathlib PosixPath WindowsPath PurePosixPath PureWindowsPath
        array _array_reconstructor
        argparse Namespace
        types SimpleNamespace

        """

    private static let numpy = """
        numpy ndarray dtype matrix bool_ bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 intc uintc intp
        numpy uintp float16 float32 float64 float128 longdouble complex64 complex128 longlong ulonglong
        numpy datetime64 timedelta64 str_ bytes_ void object_ half single double int_ uint
        numpy._core.multiarray _reconstruct scalar
        numpy._core.numeric _frombuffer
        numpy.ma MaskedArray
        numpy.ma.core MaskedArray _mareconstruct
        numpy.random._pickle __randomstate_ctor __bit_generator_ctor __generator_ctor
        numpy.random._mt19937 MT19937
        numpy.random._pcg64 PCG64 PCG64DXSM
        numpy.random._philox Philox
        numpy.random._sfc64 SFC64
        numpy.random.bit_generator SeedSequence __pyx_unpickle_SeedSequence
        numpy.dtypes BoolDType Int8DType Int16DType Int32DType Int64DType UInt8DType UInt16DType UInt32DType
        numpy.dtypes UInt64DType Float16DType Float32DType Float64DType Complex64DType Complex128DType
        numpy.dtypes StrDType BytesDType VoidDType ObjectDType DateTime64DType TimeDelta64DType

        """

    private static let joblib = """
        joblib.numpy_pickle NumpyArrayWrapper

        """

    private static let torch = """
        torch FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage
        torch CharStorage ByteStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage QInt8Storage
        torch QUInt8Storage QInt32Storage QUInt4x2Storage QUInt2x4Storage UntypedStorage
        torch float16 float32 float64 half float double bfloat16 int8 int16 int32 int64 uint8 uint16 uint32
        torch uint64 short int long bool complex32 complex64 complex128 cfloat cdouble quint8 qint8 qint32
        torch quint4x2 quint2x4 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz
        torch Size device Tensor Generator
        torch per_tensor_affine per_channel_affine strided sparse_coo sparse_csr contiguous_format channels_last
        torch.cuda FloatStorage DoubleStorage HalfStorage LongStorage IntStorage ShortStorage CharStorage
        torch.cuda ByteStorage BoolStorage BFloat16Storage
        torch._utils _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter
        torch._utils _rebuild_parameter_with_state _rebuild_sparse_tensor _rebuild_sparse_csr_tensor
        torch._utils _rebuild_qtensor _rebuild_nested_tensor _rebuild_device_tensor_from_numpy
        torch._utils _rebuild_meta_tensor_no_storage
        torch.storage UntypedStorage TypedStorage _TypedStorage _UntypedStorage
        torch.nn.parameter Parameter UninitializedParameter Buffer
        torch.nn Parameter
        torch.serialization _get_layout
        torch.jit._pickle build_intlist build_tensorlist build_doublelist build_boollist restore_type_tag
        torch.optim.sgd SGD
        torch.optim.adam Adam
        torch.optim.adamw AdamW
        torch.optim.rmsprop RMSprop

        """

    private static let torchLayers = """
        torch.nn.modules.activation ReLU ReLU6 ELU SELU CELU GELU SiLU Mish LeakyReLU PReLU RReLU Sigmoid Tanh
        torch.nn.modules.activation Softmax LogSoftmax Softmax2d Softplus Softsign Hardtanh Hardsigmoid Hardswish
        torch.nn.modules.activation LogSigmoid Threshold GLU MultiheadAttention Tanhshrink Hardshrink Softshrink
        torch.nn.modules.batchnorm BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm
        torch.nn.modules.container Sequential ModuleList ModuleDict ParameterList ParameterDict
        torch.nn.modules.conv Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
        torch.nn.modules.dropout Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout
        torch.nn.modules.flatten Flatten Unflatten
        torch.nn.modules.fold Fold Unfold
        torch.nn.modules.instancenorm InstanceNorm1d InstanceNorm2d InstanceNorm3d
        torch.nn.modules.linear Linear Bilinear Identity NonDynamicallyQuantizableLinear
        torch.nn.modules.loss CrossEntropyLoss MSELoss L1Loss NLLLoss BCELoss BCEWithLogitsLoss KLDivLoss
        torch.nn.modules.loss SmoothL1Loss HuberLoss
        torch.nn.modules.normalization LayerNorm GroupNorm LocalResponseNorm RMSNorm
        torch.nn.modules.padding ZeroPad2d ConstantPad1d ConstantPad2d ReflectionPad1d ReflectionPad2d
        torch.nn.modules.padding ReplicationPad1d ReplicationPad2d
        torch.nn.modules.pixelshuffle PixelShuffle PixelUnshuffle
        torch.nn.modules.pooling MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d
        torch.nn.modules.pooling AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d
        torch.nn.modules.rnn RNN LSTM GRU RNNCell LSTMCell GRUCell
        torch.nn.modules.sparse Embedding EmbeddingBag
        torch.nn.modules.transformer Transformer TransformerEncoder TransformerEncoderLayer TransformerDecoder
        torch.nn.modules.transformer TransformerDecoderLayer
        torch.nn.modules.upsampling Upsample UpsamplingNearest2d UpsamplingBilinear2d

        """
}
