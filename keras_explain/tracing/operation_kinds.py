"""What is known of TensorFlow's operations: which have a kink, work number by number, or are no activation at all."""

RELUS = frozenset("Relu Relu6 LeakyRelu".split())
# Of these, only the shape of the input comes through.
VALUELESS = frozenset("Shape ShapeN Size Rank ZerosLike OnesLike".split())
GRADIENTLESS = frozenset("StopGradient Round Rint Floor Ceil".split())
# These only choose: what an index is computed from has no part in what is taken by it.
CHOOSING = frozenset("ArgMax ArgMin".split())
STEPS = frozenset(
    "Greater GreaterEqual Less LessEqual Equal NotEqual ApproximateEqual LogicalAnd LogicalOr LogicalNot IsNan "
    "IsFinite IsInf Sign".split()
)
QUANTIZED = frozenset(
    "FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel QuantizeAndDequantizeV2 "
    "QuantizeAndDequantizeV3 QuantizeAndDequantizeV4".split()
)
SELECTS = frozenset("Select SelectV2".split())
# A ReLU can be written with these.
KINKED = (
    STEPS
    | SELECTS
    | QUANTIZED
    | frozenset("Maximum Minimum ClipByValue Abs Floor Ceil Round Rint FloorMod Mod TruncateMod FloorDiv".split())
)
# So can it with these: sqrt(x * x) = |x|.
ROOTS = frozenset("Sqrt Pow ComplexAbs".split())
SAME = frozenset("Identity StopGradient PreventGradient Snapshot Cast CheckNumerics EnsureShape".split())
LINEAR = SAME | frozenset("Add AddV2 AddN Sub Neg Mul RealDiv Div".split())
# Listed as other activations wherever they are.
ACTIVATIONS = frozenset(
    "Elu Selu Softplus Softsign Tanh Sigmoid Erf Erfc Exp Expm1 Angle Sin Cos Atan Asinh Sinh Cosh".split()
)
ELEMENTWISE = (
    KINKED
    | ROOTS
    | LINEAR
    | ACTIVATIONS
    | frozenset(
        "Log Log1p Rsqrt Square SquaredDifference Reciprocal Inv Xdivy Xlogy Xlog1py Tan Asin Acos Acosh Atanh Atan2 "
        "Lgamma Digamma Erfinv Ndtri LogicalXor Real Imag Conj DivNoNan MulNoNan".split()
    )
)
# Tensors side by side, of which a reduction takes the largest: a maximum as well.
STACKS = frozenset("Pack ConcatV2 ExpandDims".split())
REDUCED_KINKS = frozenset("Max Min".split())
WEIGHING = frozenset(
    "MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 SparseTensorDenseMatMul SparseMatMul Einsum Conv2D Conv3D Conv "
    "Conv2DBackpropInput Conv3DBackpropInput Conv3DBackpropInputV2 DepthwiseConv2dNative "
    "DepthwiseConv2dNativeBackpropInput BiasAdd BiasAddV1 FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3".split()
)
_REDUCTIONS = frozenset(
    "Sum Mean Prod Max Min All Any ArgMax ArgMin EuclideanNorm Cumsum Cumprod CumulativeLogsumexp L2Loss TopK TopKV2 "
    "SegmentSum SegmentMean SegmentMax SegmentMin SegmentSumV2 UnsortedSegmentSum UnsortedSegmentMax "
    "UnsortedSegmentMin UnsortedSegmentProd Bincount DenseBincount Softmax LogSoftmax LRN InTopKV2".split()
)
_POOLINGS = frozenset(
    "AvgPool AvgPool3D MaxPool MaxPoolV2 MaxPool3D MaxPoolWithArgmax FractionalAvgPool FractionalMaxPool "
    "Dilation2D".split()
)
_MOVES = frozenset(
    "Placeholder PlaceholderWithDefault Reshape Squeeze ExpandDims Transpose ConjugateTranspose Pad PadV2 MirrorPad "
    "Pack Unpack ParallelStack Concat ConcatV2 Split SplitV Slice StridedSlice Tile BroadcastTo BroadcastArgs Gather "
    "GatherV2 GatherNd ResourceGather ResourceGatherNd ScatterNd TensorScatterUpdate TensorScatterAdd TensorScatterSub "
    "Reverse ReverseV2 ReverseSequence Roll Fill OneHot Unique UniqueV2 Range "
    "SpaceToDepth DepthToSpace SpaceToBatch SpaceToBatchND BatchToSpace BatchToSpaceND Diag "
    "DiagPart MatrixDiag MatrixDiagV2 MatrixDiagV3 MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 MatrixSetDiag "
    "MatrixSetDiagV2 MatrixSetDiagV3 MatrixBandPart Bitcast DeepCopy InvertPermutation Bucketize SearchSorted "
    "LowerBound UpperBound ExtractImagePatches ExtractVolumePatches Assert NoOp Print PrintV2 LookupTableFindV2 "
    "AsString IdentityN ReadVariableOp VariableShape".split()
)
_IMAGES = frozenset(
    "ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor ScaleAndTranslate CropAndResize "
    "ImageProjectiveTransformV2 ImageProjectiveTransformV3 ExtractGlimpse ExtractGlimpseV2 AdjustContrastv2 AdjustHue "
    "AdjustSaturation RGBToHSV HSVToRGB".split()
)
_ALGEBRA = frozenset(
    "FFT FFT2D FFT3D FFTND IFFT IFFT2D IFFT3D IFFTND RFFT RFFT2D RFFT3D RFFTND IRFFT IRFFT2D IRFFT3D IRFFTND Complex "
    "Cross Cholesky MatrixInverse MatrixDeterminant LogMatrixDeterminant MatrixSolve MatrixSolveLs "
    "MatrixTriangularSolve Qr Svd SelfAdjointEigV2 Betainc Igamma Igammac Zeta Polygamma".split()
)
_LISTS = frozenset(
    "EmptyTensorList TensorListReserve TensorListFromTensor TensorListStack TensorListGetItem TensorListSetItem "
    "TensorListPushBack TensorListPopBack TensorListLength TensorListElementShape TensorListGather TensorListScatter "
    "TensorListScatterV2 TensorListScatterIntoExistingList TensorListConcat TensorListConcatV2 TensorListSplit "
    "TensorListResize TensorArrayV3 TensorArrayReadV3 TensorArrayWriteV3 TensorArrayGatherV3 TensorArrayScatterV3 "
    "TensorArraySizeV3 TensorArrayConcatV3 TensorArraySplitV3".split()
)
CALLS = frozenset(
    "While StatelessWhile If StatelessIf Case StatelessCase PartitionedCall StatefulPartitionedCall".split()
)
# No activation hides in these.
KNOWN = RELUS | ELEMENTWISE | WEIGHING | CALLS | VALUELESS
KNOWN |= _REDUCTIONS | _POOLINGS | _MOVES | _IMAGES | _ALGEBRA | _LISTS
