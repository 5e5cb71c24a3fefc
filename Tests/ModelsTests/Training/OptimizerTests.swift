import BulwarkModels
import BulwarkTensors
import Testing

/// Steps of the optimizers against those of PyTorch 2.13.0 on the CPU (`torch.optim.SGD`,
/// `torch.optim.Adam`).
struct OptimizerTests {
    /// An optimizer with the weights that PyTorch has after each of `gradients`.
    struct Course: Sendable, CustomTestStringConvertible {
        let name: String
        let optimizer: Optimizer
        let weights: [[Float]]

        var testDescription: String { name }
    }

    static let start: [Float] = [0.5, -1.25, 2.0, 0.03125]
    static let gradients: [[Float]] = [
        [0.1, -2.0, 0.0, 1e-4], [0.3, 1.0, -0.5, 1e-4], [-0.2, 0.25, 4.0, -3e-4], [1.0, -1.0, 0.125, 0.0],
        [0.05, 0.6, -0.7, 2e-4],
    ]
    static let courses = [
        Course(
            name: "SGD, lr 0.1, momentum 0.9",
            optimizer: .sgd(learningRate: 0.1, momentum: 0.9),
            weights: [
                [0.49000000953674316, -1.0499999523162842, 2.0, 0.03123999945819378],
                [0.45100000500679016, -0.9699999690055847, 2.049999952316284, 0.031220998615026474],
                [0.4359000027179718, -0.9229999780654907, 1.6949999332427979, 0.031233899295330048],
                [0.3223100006580353, -0.7806999683380127, 1.3629999160766602, 0.031245509162545204],
                [0.21507899463176727, -0.7126299738883972, 1.1341999769210815, 0.031235957518219948],
            ]
        ),
        Course(
            name: "SGD, lr 0.1, no momentum",
            optimizer: .sgd(learningRate: 0.1, momentum: 0),
            weights: [
                [0.49000000953674316, -1.0499999523162842, 2.0, 0.03123999945819378],
                [0.46000000834465027, -1.149999976158142, 2.049999952316284, 0.031229998916387558],
                [0.48000001907348633, -1.1749999523162842, 1.649999976158142, 0.03125999867916107],
                [0.3800000250339508, -1.0749999284744263, 1.6374999284744263, 0.03125999867916107],
                [0.3750000298023224, -1.1349999904632568, 1.7074999809265137, 0.03123999945819378],
            ]
        ),
        Course(
            name: "Adam, lr 0.01",
            optimizer: .adam(learningRate: 0.01),
            weights: [
                [0.49000000953674316, -1.2400000095367432, 2.0, 0.021251000463962555],
                [0.48082220554351807, -1.2373366355895996, 2.007441282272339, 0.011251999996602535],
                [0.4782431721687317, -1.2360010147094727, 2.0018155574798584, 0.013736872002482414],
                [0.47206005454063416, -1.2326385974884033, 1.9970293045043945, 0.015772312879562378],
                [0.46658432483673096, -1.2311711311340332, 1.9939773082733154, 0.014426061883568764],
            ]
        ),
        Course(
            name: "Adam, lr 0.05, betas 0.8 and 0.99, epsilon 1e-3",
            optimizer: .adam(learningRate: 0.05, beta1: 0.8, beta2: 0.99, epsilon: 1e-3),
            weights: [
                [0.45049503445625305, -1.200024962425232, 2.0, 0.026704546064138412],
                [0.4035930931568146, -1.1894748210906982, 2.0390751361846924, 0.022159092128276825],
                [0.39378368854522705, -1.1858352422714233, 2.007547616958618, 0.02484048902988434],
                [0.35969996452331543, -1.1694917678833008, 1.9823806285858154, 0.026653345674276352],
                [0.3313504457473755, -1.1649131774902344, 1.9685454368591309, 0.025383830070495605],
            ]
        ),
    ]

    @Test(arguments: courses)
    func stepsAreThoseOfPyTorch(_ course: Course) throws {
        let weight = ValueID(0)
        var parameters = [weight: Tensor([4], Self.start)]
        var state = Optimizer.State()
        for (step, gradient) in Self.gradients.enumerated() {
            course.optimizer.step(&parameters, gradients: [weight: Tensor([4], gradient)], state: &state)
            let found = try #require(parameters[weight])
            for (element, expected) in zip(found.elements, course.weights[step]) {
                #expect(abs(element - expected) <= 3e-7 * max(1, abs(expected)), "step \(step + 1)")
            }
        }
    }

    @Test func everyParameterHasAMemoryOfItsOwn() throws {
        let (first, second) = (ValueID(0), ValueID(1))
        let optimizer = Optimizer.sgd(learningRate: 1, momentum: 0.5)
        var parameters = [first: Tensor([1], [0]), second: Tensor([1], [0])]
        var state = Optimizer.State()
        optimizer.step(
            &parameters,
            gradients: [first: Tensor([1], [1]), second: Tensor([1], [-2])],
            state: &state
        )
        optimizer.step(&parameters, gradients: [first: Tensor([1], [1])], state: &state)
        #expect(parameters[first] == Tensor([1], [-2.5]))
        #expect(parameters[second] == Tensor([1], [2]))
    }

    @Test func stateIsAValue() throws {
        let weight = ValueID(0)
        let optimizer = Optimizer.sgd(learningRate: 1, momentum: 0.5)
        var parameters = [weight: Tensor([1], [0])]
        var state = Optimizer.State()
        optimizer.step(&parameters, gradients: [weight: Tensor([1], [1])], state: &state)
        let (kept, saved) = (state, parameters)
        optimizer.step(&parameters, gradients: [weight: Tensor([1], [1])], state: &state)
        var (again, replay) = (kept, saved)
        optimizer.step(&replay, gradients: [weight: Tensor([1], [1])], state: &again)
        #expect(parameters == replay)
        #expect(saved[weight] == Tensor([1], [-1]))
    }
}
