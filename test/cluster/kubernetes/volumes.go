package main

import (
	"context"
	"flag"
	"log"
	"os"
	"path/filepath"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	provisioner = "hubfleet.test/directory"
	// Kubernetes' own controller writes the first when a claim may be given its volume; we write the second on what we made.
	wantedFrom = "volume.kubernetes.io/storage-provisioner"
	madeBy     = "pv.kubernetes.io/provisioned-by"
	wait       = 300 * time.Millisecond
)

// provisionVolumes gives every claim of our storage classes a directory of this machine, and takes it away when the claim
// is gone and its class says so.
func provisionVolumes() {
	config := flag.String("kubeconfig", "", "how to reach the cluster")
	root := flag.String("root", "", "the directory in which volumes are made")
	flag.Parse()
	access, err := clientcmd.BuildConfigFromFlags("", *config)
	if err != nil {
		log.Fatal(err)
	}
	cluster := kubernetes.NewForConfigOrDie(access)
	for ctx := context.Background(); ; time.Sleep(wait) {
		if err := provideOnce(ctx, cluster, *root); err != nil {
			log.Print(err)
		}
		if err := removeReleased(ctx, cluster); err != nil {
			log.Print(err)
		}
	}
}

func provideOnce(ctx context.Context, cluster kubernetes.Interface, root string) error {
	classes, err := cluster.StorageV1().StorageClasses().List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	kept := map[string]core.PersistentVolumeReclaimPolicy{}
	for _, class := range classes.Items {
		if class.Provisioner == provisioner && class.ReclaimPolicy != nil {
			kept[class.Name] = *class.ReclaimPolicy
		}
	}
	claims, err := cluster.CoreV1().PersistentVolumeClaims("").List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	for _, claim := range claims.Items {
		class := claim.Spec.StorageClassName
		if class == nil || claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil || claim.Annotations[wantedFrom] != provisioner {
			continue
		}
		if policy, ours := kept[*class]; ours {
			if err := provide(ctx, cluster, root, &claim, policy); err != nil {
				return err
			}
		}
	}
	return nil
}

func provide(ctx context.Context, cluster kubernetes.Interface, root string, claim *core.PersistentVolumeClaim, policy core.PersistentVolumeReclaimPolicy) error {
	name := "pvc-" + string(claim.UID)
	place := filepath.Join(root, claim.Namespace+"."+claim.Name+"."+name)
	if err := os.MkdirAll(place, 0o777); err != nil {
		return err
	}
	// Pods write as whoever they are; the mask of this process must not decide about it.
	if err := os.Chmod(place, 0o777); err != nil {
		return err
	}
	kind := core.HostPathDirectory
	_, err := cluster.CoreV1().PersistentVolumes().Create(ctx, &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{madeBy: provisioner}},
		Spec: core.PersistentVolumeSpec{
			AccessModes:                   claim.Spec.AccessModes,
			Capacity:                      claim.Spec.Resources.Requests,
			PersistentVolumeReclaimPolicy: policy,
			PersistentVolumeSource:        core.PersistentVolumeSource{HostPath: &core.HostPathVolumeSource{Path: place, Type: &kind}},
			StorageClassName:              *claim.Spec.StorageClassName,
			ClaimRef:                      &core.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
		},
	}, meta.CreateOptions{})
	if errors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func removeReleased(ctx context.Context, cluster kubernetes.Interface) error {
	volumes, err := cluster.CoreV1().PersistentVolumes().List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	for _, volume := range volumes.Items {
		isOurs := volume.Annotations[madeBy] == provisioner && volume.Spec.HostPath != nil
		if !isOurs || volume.Status.Phase != core.VolumeReleased || volume.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete {
			continue
		}
		if err := os.RemoveAll(volume.Spec.HostPath.Path); err != nil {
			return err
		}
		if err := cluster.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{}); err != nil && !errors.IsNotFound(err) {
			return err
		}
	}
	return nil
}
