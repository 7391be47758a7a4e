"""Groups of images that may have a reason of their own, yet to be judged: spectral clusters, and neighborhoods."""

import warnings

import numpy as np

# At most so many clusters of one class are told apart.
_MOST_CLUSTERS = 12
_NEIGHBORS = 9
# Few enough to lie within a small group.
_NEAREST = 5
# From so many images at most a search begins: of a twentieth of the images ten are met then.
STARTS = 200


def spectral_clusters(points, seed):
    """Returns the spectral clusters of points `(n, d)`, bool `(n, clusters)`; their number is that of the eigengap.

    The symmetric graph of nearest neighbors, its normalized Laplacian `I - D^-1/2 A D^-1/2`, and the
    assignment of its first `k` eigenvectors by QR, where `k` has the widest gap to the next eigenvalue.

    Source: S. Lapuschkin et al., 2019, doi:10.1038/s41467-019-08987-4, "Spectral relevance analysis"; U. von Luxburg,
    2007, "A tutorial on spectral clustering".
    """
    from scipy.sparse import eye_array
    from scipy.sparse.csgraph import laplacian
    from scipy.sparse.linalg import eigsh
    from sklearn.cluster import SpectralClustering
    from sklearn.neighbors import kneighbors_graph

    graph = kneighbors_graph(points, min(_NEIGHBORS, len(points) - 1))
    graph = (graph + graph.T) / 2
    # The smallest eigenvalues of the Laplacian, as the largest of its complement, which are found much sooner.
    complement = 2 * eye_array(len(points)) - laplacian(graph, normed=True)
    first = np.random.default_rng(seed).normal(size=len(points))
    most = min(_MOST_CLUSTERS, len(points) - 2)
    values = np.sort(2 - eigsh(complement, k=most + 1, which="LA", v0=first, return_eigenvectors=False))
    count = 2 + int(np.diff(values[1:]).argmax())
    clustering = SpectralClustering(
        count, affinity="precomputed", assign_labels="cluster_qr", eigen_solver="arpack", random_state=seed
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Graph is not fully connected")  # parts of their own are clusters indeed
        found = clustering.fit_predict(graph)
    return found[:, np.newaxis] == np.arange(count)


def neighborhoods(points, starts):
    """Returns each start with its nearest neighbors, bool `(n, starts)`.

    A cut of a whole graph prefers parts of like size, and cuts through a small group rather than around it.
    """
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=min(_NEAREST + 1, len(points))).fit(points)
    found = np.zeros((len(points), len(starts)), bool)
    found[near.kneighbors(points[starts], return_distance=False), np.arange(len(starts))[:, np.newaxis]] = True
    return found
