import BulwarkModels
import BulwarkTensors
import RealModule

/// A genetic algorithm: a small population of perturbed samples that is selected, crossed and mutated.
///
/// Alzantot, Sharma, Chakraborty, Zhang, Hsieh and Srivastava, "GenAttack: practical black-box attacks with
/// gradient-free optimization" (GECCO 2019), algorithm 1 with its adaptive parameters. The fittest member of a
/// generation survives as it is; the others are children of two parents each, drawn with the softmax of the
/// fitness over the temperature. The fitness is the logarithm of the target's odds, or of the odds against the
/// true class, which the publication leaves open. Whenever the best fitness has not risen for a while, mutations
/// become rarer and smaller.
///
/// A child takes each element from either parent in proportion to the chance with which the parent was drawn, as
/// in the authors' implementation: a share of the fitness itself means nothing where that is negative. A
/// generation is asked about together; the survivor is not asked about again.
public struct GenAttack: ScoreSearch {
    /// The name on the command line.
    public var name: String { "genattack" }
    /// Goal, norm (Linf), radius and box.
    public let threat: ThreatModel
    /// The number of members of a generation, N.
    public let populationSize: Int
    /// The temperature of the selection, τ.
    public let temperature: Double
    /// The smallest share of elements that mutate, ρ.
    public let smallestMutationRate: Double
    /// The smallest size of a mutation as a share of the radius, α.
    public let smallestMutationRange: Double
    /// For how many generations the best fitness may stay where it is before mutations become rarer.
    public let patience: Int
    /// The most queries for one sample, its own included.
    public let maximumQueries: Int

    /// The attack ends with its first success.
    public var keeping: Keeping { .first }
    /// As many as the attack was given.
    public var queryBudget: Int? { maximumQueries }

    /// The attack with the parameters of the publication, unless others are given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is Linf.
    public init(
        threat: ThreatModel,
        populationSize: Int = 6,
        temperature: Double = 0.1,
        smallestMutationRate: Double = 0.1,
        smallestMutationRange: Double = 0.15,
        patience: Int = 100,
        maximumQueries: Int = 100_000
    ) throws(AttackError) {
        precondition(populationSize >= 2 && patience >= 1, "a generation has a survivor and a child")
        precondition(temperature > 0, "a temperature is above zero")
        precondition((0...1).contains(smallestMutationRate), "a share lies between 0 and 1")
        precondition((0...1).contains(smallestMutationRange), "a share lies between 0 and 1")
        precondition(maximumQueries >= 1, "the sample itself is asked about")
        guard threat.norm == .linf else { throw .unsupportedNorm(attack: "genattack", norm: threat.norm) }
        self.threat = threat
        self.populationSize = populationSize
        self.temperature = temperature
        self.smallestMutationRate = smallestMutationRate
        self.smallestMutationRange = smallestMutationRange
        self.patience = patience
        self.maximumQueries = maximumQueries
    }

    /// Looks for a point that reaches the aim, until there are no queries left.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some ScoreOracle) async throws {
        var random = oracle.random(restart: 0)
        let region = BallAndBox(oracle)
        let everything = Mutation(rate: 1, range: 1)
        var population = (0..<populationSize).map { _ in
            mutated(oracle.input, by: everything, in: region, &random)
        }
        var fitness = try await oracle.logits(at: population).map { self.fitness($0, oracle.aim) }
        var best = -Double.infinity
        var (generations, plateaus) = (0, 0)
        while true {
            let fittest = fitness.indices.reduce(0) { fitness[$1] > fitness[$0] ? $1 : $0 }
            generations = fitness[fittest] > best ? 0 : generations + 1
            best = max(best, fitness[fittest])
            if generations == patience { (generations, plateaus) = (0, plateaus + 1) }
            let mutation = mutation(plateaus: plateaus)
            let chances = chances(fitness)
            let children = (1..<populationSize).map { _ in
                let (first, second) = (draw(chances, &random), draw(chances, &random))
                let share = chances[first] / (chances[first] + chances[second])
                let child = crossed(population[first], population[second], share, &random)
                return mutated(child, by: mutation, in: region, &random)
            }
            population = [population[fittest]] + children
            fitness = [fitness[fittest]]
            fitness += try await oracle.logits(at: children).map { self.fitness($0, oracle.aim) }
        }
    }

    /// How often and how far the elements of a child mutate.
    package struct Mutation: Equatable {
        package let rate: Double
        package let range: Double
    }

    /// How children mutate after so many plateaus of the best fitness: equation 4 of the publication.
    package func mutation(plateaus: Int) -> Mutation {
        let decay = Double.pow(0.9, plateaus)
        return Mutation(
            rate: max(smallestMutationRate, 0.5 * decay),
            range: max(smallestMutationRange, 0.4 * decay)
        )
    }

    /// Not a number counts as the worst.
    private func fitness(_ logits: [Float], _ aim: Aim) -> Double {
        let odds = ScoreObjective.logOdds.value(logits, aim)
        return odds.isNaN ? -.infinity : odds
    }

    /// The softmax of the fitness over the temperature; all the same if there is no best.
    private func chances(_ fitness: [Double]) -> [Double] {
        let best = fitness.max() ?? 0
        guard best.isFinite else { return fitness.map { _ in 1 / Double(fitness.count) } }
        // A little more than nothing, so that the share of two parents is a number.
        let weights = fitness.map { Double.exp(($0 - best) / temperature) + 1e-300 }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    private func draw(_ chances: [Double], _ random: inout SeededRandom) -> Int {
        var left = Double(random.uniform())
        for (index, chance) in chances.enumerated() {
            left -= chance
            if left < 0 { return index }
        }
        return chances.count - 1
    }

    private func crossed(
        _ first: [Float],
        _ second: [Float],
        _ share: Double,
        _ random: inout SeededRandom
    ) -> [Float] {
        var child = first
        for index in child.indices where Double(random.uniform()) >= share { child[index] = second[index] }
        return child
    }

    private func mutated(
        _ point: [Float],
        by mutation: Mutation,
        in region: BallAndBox,
        _ random: inout SeededRandom
    ) -> [Float] {
        let reach = Float(mutation.range) * threat.epsilon
        var result = point
        for index in result.indices where Double(random.uniform()) < mutation.rate {
            result[index] += random.uniform(-reach, reach)
        }
        return region.nearest(to: result)
    }
}
