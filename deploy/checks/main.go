// Decodes manifests strictly into the real types of Kubernetes, its Prometheus operator and KEDA,
// and compose files by the reference implementation of the Compose specification.
//
//	go run . kubernetes FILE..     YAML with one or more objects; "-" reads standard input
//	go run . compose FILE
//
// A key that the type does not know, a value of another kind or a kind that is not listed here is
// an error.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/compose-spec/compose-go/v2/cli"
	keda "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

type header struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
}

var types = map[string]func() any{
	"v1 Namespace":                            func() any { return &core.Namespace{} },
	"v1 ServiceAccount":                       func() any { return &core.ServiceAccount{} },
	"v1 ConfigMap":                            func() any { return &core.ConfigMap{} },
	"v1 Secret":                               func() any { return &core.Secret{} },
	"v1 Service":                              func() any { return &core.Service{} },
	"v1 Pod":                                  func() any { return &core.Pod{} },
	"apps/v1 StatefulSet":                     func() any { return &apps.StatefulSet{} },
	"autoscaling/v2 HorizontalPodAutoscaler":  func() any { return &autoscaling.HorizontalPodAutoscaler{} },
	"networking.k8s.io/v1 NetworkPolicy":      func() any { return &networking.NetworkPolicy{} },
	"policy/v1 PodDisruptionBudget":           func() any { return &policy.PodDisruptionBudget{} },
	"monitoring.coreos.com/v1 ServiceMonitor": func() any { return &monitoring.ServiceMonitor{} },
	"monitoring.coreos.com/v1 PrometheusRule": func() any { return &monitoring.PrometheusRule{} },
	"keda.sh/v1alpha1 ScaledObject":           func() any { return &keda.ScaledObject{} },
	"keda.sh/v1alpha1 TriggerAuthentication":  func() any { return &keda.TriggerAuthentication{} },
}

var separator = regexp.MustCompile(`(?m)^---.*$`)

func objects(text []byte) (int, error) {
	seen := map[string]bool{}
	count := 0
	for _, document := range separator.Split(string(text), -1) {
		var head header
		if err := yaml.Unmarshal([]byte(document), &head); err != nil {
			return count, err
		}
		if head.Kind == "" && len(bytes.TrimSpace([]byte(document))) == 0 {
			continue
		}
		if head.Kind == "" {
			var any map[string]any
			if err := yaml.Unmarshal([]byte(document), &any); err == nil && len(any) == 0 {
				continue
			}
		}
		if head.APIVersion == "kustomize.config.k8s.io/v1beta1" {
			continue
		}
		make, known := types[head.APIVersion+" "+head.Kind]
		if !known {
			return count, fmt.Errorf("no type for %q %q", head.APIVersion, head.Kind)
		}
		if head.Metadata.Name == "" {
			return count, fmt.Errorf("a %s without a name", head.Kind)
		}
		if err := yaml.UnmarshalStrict([]byte(document), make()); err != nil {
			return count, fmt.Errorf("%s %s: %w", head.Kind, head.Metadata.Name, err)
		}
		name := head.Kind + " " + head.Metadata.Name
		if seen[name] {
			return count, fmt.Errorf("%s stands twice", name)
		}
		seen[name] = true
		count++
	}
	return count, nil
}

func kubernetes(files []string) error {
	for _, file := range files {
		var text []byte
		var err error
		if file == "-" {
			text, err = io.ReadAll(os.Stdin)
		} else {
			text, err = os.ReadFile(file)
		}
		if err != nil {
			return err
		}
		count, err := objects(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		fmt.Printf("%s: %d objects\n", file, count)
	}
	return nil
}

func compose(file string) error {
	options, err := cli.NewProjectOptions([]string{file})
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	fmt.Printf("%s: services %v\n", file, project.ServiceNames())
	return nil
}

func main() {
	err := errors.New("kubernetes FILE.. | compose FILE")
	switch {
	case len(os.Args) >= 3 && os.Args[1] == "kubernetes":
		err = kubernetes(os.Args[2:])
	case len(os.Args) == 3 && os.Args[1] == "compose":
		err = compose(os.Args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
