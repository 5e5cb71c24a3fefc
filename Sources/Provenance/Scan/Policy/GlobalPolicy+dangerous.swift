extension GlobalPolicy {
    /// Names of functions that run things, wherever they are imported from.
    static let telling = words(
        """
        eval exec execfile compile getattr setattr delattr globals locals vars __import__ import_module
        import_string import_from import_item loads load load_module load_source run_path run_module run_code
        run_string runstring system popen popen2 popen3 Popen call check_call check_output getoutput
        getstatusoutput spawn spawnl spawnle spawnlp spawnv spawnve spawnvp execl execle execlp execv execve
        execvp fork forkpty startfile urlopen urlretrieve open apply partial attrgetter itemgetter methodcaller
        locate resolve_name CDLL WinDLL PyDLL run_command shell_exec execute_command unsafe_load full_load
        read_pickle load_pickle from_pickle unpickle runsource runcode pipepager input breakpoint
        """
    )

    /// Python modules by which other modules are reached through an attribute.
    static let hidden = words(
        """
        os sys subprocess builtins __builtin__ importlib shutil socket ctypes pickle marshal runpy posix nt pty
        """
    )

    /// Modules and names of other libraries that run code, read files or go to the network; what lies below
    /// them is meant as well.
    ///
    /// Names that are on the list of harmless ones are asked first.
    static let gadgets = words(
        """
        dill cloudpickle joblib jsonpickle dask.compatibility pip setuptools pkg_resources wheel _distutils_hack
        requests aiohttp urllib3 httpx httplib2 pycurl websocket websockets paramiko fabric invoke sh plumbum
        pexpect ptyprocess psutil IPython ipykernel jupyter jupyter_client notebook twisted tornado flask django
        celery ray billiard execnet rpyc zmq yaml ruamel jinja2 mako chevron lxml scapy docker kubernetes
        boto3 botocore paramiko git hg mercurial cffi pycparser Cython pyximport numexpr numba llvmlite
        fickling picklescan modelscan modelaudit bulwark guardrails
        numpy.f2py numpy.testing numpy.distutils numpy.ctypeslib numpy.load numpy.save numpy.savez
        numpy.fromfile numpy.memmap numpy.loadtxt numpy.savetxt numpy.genfromtxt numpy.fromregex numpy.lib
        numpy.frompyfunc numpy.vectorize numpy.fromfunction numpy.apply_along_axis numpy.apply_over_axes
        numpy.piecewise numpy.compat numpy.core._methods numpy.core.overrides numpy.core.function_base
        torch.load torch.save torch.hub torch.jit torch.compile torch.package torch.serialization
        torch.multiprocessing torch.distributed.rpc torch.distributed.elastic torch.distributed.run
        torch.distributed.launch torch.distributed.launcher torch.distributed.nn torch.onnx torch.export torch.fx
        torch.testing torch.profiler torch.utils.collect_env torch.utils.bottleneck torch.utils._config_module
        torch.utils.data.datapipes torch.utils.data._utils torch.utils.cpp_extension torch.utils.model_zoo
        torch.utils.file_baton torch.utils.hipify torch.utils.show_pickle torch.utils.benchmark
        torch.utils._content_store torch.utils._freeze torch.utils.checkpoint torch.utils.serialization
        torch.ops torch.classes torch.library torch._dynamo torch._inductor torch._functorch
        torch._C.import_ir_module torch._C.PyTorchFileReader torch._C._jit torch._ops torch._classes
        torch._library torch._export torch._sources torch._appdirs torch._lobpcg torch._jit_internal
        torch._utils_internal torch._higher_order_ops torch._tensor.Tensor.__setstate__ torch.cuda
        torch.storage._load_from_bytes torch._import_utils torch.from_file torch.get_file_path
        torchvision.datasets torchvision.io torchaudio torchtext lightning.app
        pandas.read_pickle pandas.eval pandas.io pandas.core.computation pandas.compat.pickle_compat
        pandas.util pandas.core.frame.DataFrame.eval pandas.testing pandas._testing
        scipy.io scipy.weave scipy._lib scipy.misc sklearn.externals sklearn.utils._testing
        sklearn.datasets sklearn.utils.fixes sklearn.utils.parallel sklearn.preprocessing.FunctionTransformer
        tensorflow.io tensorflow.raw_ops tensorflow.py_function tensorflow.numpy_function
        tensorflow.saved_model tensorflow.python.ops.script_ops tensorflow.python.lib.io keras.models keras.utils
        keras.saving keras.src.saving keras.src.utils keras.config keras.src.models.model onnxruntime
        onnx.hub onnx.external_data_helper transformers.utils transformers.dynamic_module_utils
        transformers.pipelines huggingface_hub diffusers.utils datasets gradio streamlit mlflow wandb skops.io
        sympy lark ply pyparsing networkx.readwrite nltk spacy gensim.utils matplotlib.cbook PIL cv2
        """
    )
}
