extension GlobalPolicy {
    /// Estimators of scikit-learn whose state is numbers, arrays and other estimators.
    static let scikitLearn = """
        sklearn.ensemble._forest RandomForestClassifier RandomForestRegressor ExtraTreesClassifier
        sklearn.ensemble._forest ExtraTreesRegressor
        sklearn.ensemble._gb GradientBoostingClassifier GradientBoostingRegressor
        sklearn.ensemble._iforest IsolationForest
        sklearn.ensemble._bagging BaggingClassifier BaggingRegressor
        sklearn.ensemble._weight_boosting AdaBoostClassifier AdaBoostRegressor
        sklearn.ensemble._voting VotingClassifier VotingRegressor
        sklearn.tree._classes DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor
        sklearn.tree._tree Tree
        sklearn.linear_model._base LinearRegression
        sklearn.linear_model._logistic LogisticRegression LogisticRegressionCV
        sklearn.linear_model._ridge Ridge RidgeClassifier
        sklearn.linear_model._coordinate_descent Lasso ElasticNet
        sklearn.linear_model._stochastic_gradient SGDClassifier SGDRegressor
        sklearn.svm._classes SVC SVR LinearSVC LinearSVR NuSVC OneClassSVM
        sklearn.naive_bayes GaussianNB MultinomialNB BernoulliNB ComplementNB
        sklearn.neighbors._classification KNeighborsClassifier
        sklearn.neighbors._regression KNeighborsRegressor
        sklearn.neural_network._multilayer_perceptron MLPClassifier MLPRegressor
        sklearn.cluster._kmeans KMeans MiniBatchKMeans
        sklearn.decomposition._pca PCA
        sklearn.preprocessing._data StandardScaler MinMaxScaler RobustScaler MaxAbsScaler Normalizer
        sklearn.preprocessing._data PolynomialFeatures QuantileTransformer PowerTransformer
        sklearn.preprocessing._label LabelEncoder LabelBinarizer
        sklearn.preprocessing._encoders OneHotEncoder OrdinalEncoder
        sklearn.preprocessing._polynomial PolynomialFeatures SplineTransformer
        sklearn.impute._base SimpleImputer
        sklearn.pipeline Pipeline FeatureUnion
        sklearn.compose._column_transformer ColumnTransformer
        sklearn.linear_model._sgd_fast Hinge SquaredHinge Log ModifiedHuber SquaredLoss Huber EpsilonInsensitive
        sklearn.neural_network._stochastic_optimizers AdamOptimizer SGDOptimizer
        sklearn._loss.loss HalfBinomialLoss HalfMultinomialLoss HalfSquaredError AbsoluteError PinballLoss
        sklearn._loss.loss HuberLoss HalfPoissonLoss HalfGammaLoss ExponentialLoss
        sklearn._loss._loss CyHalfBinomialLoss CyHalfMultinomialLoss CyHalfSquaredError CyAbsoluteError
        sklearn._loss._loss CyPinballLoss CyHuberLoss CyHalfPoissonLoss CyHalfGammaLoss CyExponentialLoss
        sklearn._loss.link LogitLink IdentityLink LogLink HalfLogitLink MultinomialLogit Interval
        sklearn.neighbors._kd_tree newObj KDTree KDTree64 KDTree32
        sklearn.neighbors._ball_tree newObj BallTree BallTree64 BallTree32
        sklearn.metrics._dist_metrics newObj EuclideanDistance EuclideanDistance64 EuclideanDistance32
        sklearn.metrics._dist_metrics ManhattanDistance64 MinkowskiDistance64 ChebyshevDistance64
        sklearn.dummy DummyClassifier DummyRegressor
        sklearn.gaussian_process._gpc GaussianProcessClassifier
        sklearn.isotonic IsotonicRegression
        sklearn.calibration CalibratedClassifierCV
        sklearn.covariance._empirical_covariance EmpiricalCovariance

        """
}
